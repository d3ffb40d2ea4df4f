package halfstep.kernel.channels;

import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.WireCodec;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.zeromq.ZMQ;

/**
 * The one thread that writes to iopub. Messages leave in the order in which they were offered; none
 * is dropped.
 */
final class IoPub {

  private final BlockingQueue<Optional<Message>> queue = new LinkedBlockingQueue<>();
  private final ZMQ.Socket socket;
  private final WireCodec codec;
  private final Thread writer;

  IoPub(ZMQ.Socket socket, WireCodec codec) {
    this.socket = socket;
    this.codec = codec;
    this.writer = Thread.ofPlatform().daemon().name("iopub").unstarted(this::write);
  }

  void start() {
    writer.start();
  }

  void offer(Message message) {
    queue.add(Optional.of(message));
  }

  /** Sends what is queued, then ends. Waits at most {@code millis}. */
  void drain(long millis) throws InterruptedException {
    queue.add(Optional.empty());
    writer.join(millis);
  }

  private void write() {
    try (socket) {
      Optional<Message> next = queue.take();
      while (next.isPresent()) {
        Frames.send(socket, codec.encode(next.get()));
        next = queue.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

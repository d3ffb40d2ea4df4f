package halfstep.kernel.channels;

import com.google.gson.JsonObject;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.WireCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.zeromq.ZMQ;

/**
 * The way to iopub. Messages leave in the order in which they were offered; none is dropped. Each
 * new subscription is answered by {@code iopub_welcome}, so that a front end knows when it hears.
 */
final class IoPub {

  private static final byte SUBSCRIBE = 1;

  private final BlockingQueue<Optional<Message>> queue = new LinkedBlockingQueue<>();
  private final ZMQ.Socket socket;
  private final OwnedSocket owned;
  private final WireCodec codec;
  private final Thread writer;

  /**
   * Makes the channel.
   *
   * @param socket an XPUB socket, bound
   */
  IoPub(ZMQ.Context zmq, ZMQ.Socket socket, WireCodec codec) {
    socket.setXpubVerbose(true); // a second client's subscription is news, too
    this.socket = socket;
    this.owned = new OwnedSocket(zmq, socket);
    this.codec = codec;
    // a thread of its own: those that offer may be interrupted, a thread that sends may not
    this.writer = Thread.ofPlatform().daemon().name("iopub-encoder").unstarted(this::write);
  }

  void start() {
    owned.start("iopub", this::welcome);
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
    try {
      Optional<Message> next = queue.take();
      while (next.isPresent()) {
        owned.send(codec.encode(next.get()));
        next = queue.take();
      }
      owned.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void welcome(List<byte[]> event) {
    byte[] first = event.getFirst();
    if (first.length == 0 || first[0] != SUBSCRIBE) {
      return;
    }
    byte[] topic = Arrays.copyOfRange(first, 1, first.length);
    JsonObject content = Json.object("subscription", new String(topic, StandardCharsets.UTF_8));
    Message welcome = Message.of(List.of(topic), "iopub_welcome", new JsonObject(), content);
    Frames.send(socket, codec.encode(welcome));
  }
}

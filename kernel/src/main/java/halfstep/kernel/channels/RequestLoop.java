package halfstep.kernel.channels;

import halfstep.kernel.protocol.BadMessageException;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.WireCodec;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.zeromq.ZMQ;

/** Receives the requests of one socket, one after another, and sends their replies. */
final class RequestLoop implements Runnable, Requests {

  private final ZMQ.Socket socket;
  private final WireCodec codec;
  private final RequestHandler handler;
  private final PrintStream log;
  private boolean open = true;

  RequestLoop(ZMQ.Socket socket, WireCodec codec, RequestHandler handler, PrintStream log) {
    this.socket = socket;
    this.codec = codec;
    this.handler = handler;
    this.log = log;
  }

  @Override
  public void run() {
    while (open) {
      Optional<Message> message = decode(Frames.receive(socket));
      message.ifPresent(request -> handler.handle(request, this));
    }
  }

  @Override
  public void reply(Message reply) {
    Frames.send(socket, codec.encode(reply));
  }

  @Override
  public Optional<Message> next() {
    return Optional.empty(); // on control nothing waits for anything
  }

  @Override
  public void close() {
    open = false;
  }

  private Optional<Message> decode(List<byte[]> frames) {
    try {
      return Optional.of(codec.decode(frames));
    } catch (BadMessageException e) {
      log.println("halfstep kernel: " + e.getMessage());
      return Optional.empty();
    }
  }
}

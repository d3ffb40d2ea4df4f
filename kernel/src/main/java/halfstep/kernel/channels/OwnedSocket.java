package halfstep.kernel.channels;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * A socket that one thread owns and other threads send through. ZeroMQ allows a socket one thread
 * only, so what others send travels to the owner over a pair of inner sockets; the owner waits for
 * either side and polls nothing.
 *
 * <p>Whoever sends must never be interrupted: an interrupt would close the inner sockets for good.
 */
final class OwnedSocket {

  private static final AtomicLong COUNT = new AtomicLong();

  private final ZMQ.Context zmq;
  private final ZMQ.Socket socket;
  private final ZMQ.Socket outbound;
  private final ZMQ.Socket entrance;

  /**
   * Takes a socket over.
   *
   * @param zmq its context
   * @param socket bound; used by the owner's thread alone from {@link #start} on
   */
  OwnedSocket(ZMQ.Context zmq, ZMQ.Socket socket) {
    this.zmq = zmq;
    this.socket = socket;
    String address = "inproc://owned-" + COUNT.incrementAndGet();
    this.outbound = inner(SocketType.PULL);
    outbound.bind(address);
    this.entrance = inner(SocketType.PUSH);
    entrance.connect(address);
  }

  /**
   * Starts the owner.
   *
   * @param name of its thread
   * @param inbound takes what arrives, on the owner's thread
   * @return that thread
   */
  Thread start(String name, Consumer<List<byte[]>> inbound) {
    return Thread.ofPlatform().daemon().name(name).start(() -> serve(inbound));
  }

  /**
   * Sends a message after those that were given before.
   *
   * @param frames at least two
   */
  synchronized void send(List<byte[]> frames) {
    Frames.send(entrance, frames);
  }

  /** Ends the owner when everything given so far has left. */
  synchronized void close() {
    entrance.send(new byte[0]); // the only message of one frame
    entrance.close();
  }

  private void serve(Consumer<List<byte[]>> inbound) {
    try (socket;
        outbound;
        ZMQ.Poller poller = zmq.poller(2)) {
      poller.register(socket, ZMQ.Poller.POLLIN);
      poller.register(outbound, ZMQ.Poller.POLLIN);
      boolean open = true;
      while (open && poller.poll(-1) >= 0) {
        if (poller.pollin(0)) {
          inbound.accept(Frames.receive(socket));
        }
        if (poller.pollin(1)) {
          open = forward();
        }
      }
    } catch (ZMQException e) {
      if (e.getErrorCode() != ZError.ETERM) {
        throw e;
      }
    }
  }

  /** Sends what others gave; false once they closed. */
  private boolean forward() {
    List<byte[]> frames = Frames.receiveNow(outbound);
    while (frames.size() > 1) {
      Frames.send(socket, frames);
      frames = Frames.receiveNow(outbound);
    }
    return frames.isEmpty();
  }

  private ZMQ.Socket inner(SocketType type) {
    ZMQ.Socket inner = zmq.socket(type);
    inner.setSndHWM(0);
    inner.setRcvHWM(0);
    inner.setLinger(0);
    return inner;
  }
}

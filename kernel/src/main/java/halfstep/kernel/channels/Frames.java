package halfstep.kernel.channels;

import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;

/** Multipart messages of a socket. */
final class Frames {

  private Frames() {}

  /** Blocks until a message has come. */
  static List<byte[]> receive(ZMQ.Socket socket) {
    List<byte[]> frames = new ArrayList<>();
    do {
      frames.add(socket.recv());
    } while (socket.hasReceiveMore());
    return frames;
  }

  /** Returns a message that is already here, or an empty list. */
  static List<byte[]> receiveNow(ZMQ.Socket socket) {
    List<byte[]> frames = new ArrayList<>();
    byte[] first = socket.recv(ZMQ.DONTWAIT);
    if (first == null) {
      return frames;
    }
    frames.add(first);
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    return frames;
  }

  static void send(ZMQ.Socket socket, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i + 1 < frames.size() ? ZMQ.SNDMORE : 0);
    }
  }
}

package halfstep.kernel.channels;

import halfstep.kernel.protocol.ConnectionFile;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.Signer;
import halfstep.kernel.protocol.WireCodec;
import java.io.PrintStream;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/** Binds the five sockets of a connection file and runs their threads. */
public final class Channels {

  private static final int LINGER_MILLIS = 1000;
  private static final long DRAIN_MILLIS = 2000;

  private final ZMQ.Context zmq = ZMQ.context(1);
  private final ConnectionFile file;
  private final WireCodec codec;
  private final PrintStream log;
  private final Shell shell;
  private final ZMQ.Socket control;
  private final ZMQ.Socket heartbeat;
  private final IoPub iopub;
  private final Stdin stdin;

  /**
   * Binds all sockets; nothing is received before {@link #start}.
   *
   * @param file where to listen
   * @param log takes a line for each message that is refused
   */
  public Channels(ConnectionFile file, PrintStream log) {
    this.file = file;
    this.codec = new WireCodec(new Signer(file.signatureScheme(), file.key()));
    this.log = log;
    this.heartbeat = bind(SocketType.REP, file.heartbeatPort());
    this.shell =
        new Shell(new OwnedSocket(zmq, bind(SocketType.ROUTER, file.shellPort())), codec, log);
    this.control = bind(SocketType.ROUTER, file.controlPort());
    this.stdin = new Stdin(zmq, bind(SocketType.ROUTER, file.stdinPort()), codec);
    this.iopub = new IoPub(zmq, bind(SocketType.XPUB, file.iopubPort()), codec);
  }

  /**
   * Starts the threads.
   *
   * @param onShell handles execute, complete, inspect and the like; called by several threads when
   *     there are comms or subshells
   * @param onControl handles interrupt and shutdown while the shell is busy
   */
  public void start(RequestHandler onShell, RequestHandler onControl) {
    iopub.start();
    stdin.start();
    run("heartbeat", heartbeat, () -> echo(heartbeat));
    shell.start(onShell);
    run("control", control, new RequestLoop(control, codec, onControl, log));
  }

  /**
   * Queues a message for iopub.
   *
   * @param message topic in its identities
   */
  public void publish(Message message) {
    iopub.offer(message);
  }

  /** The shells beside the main one. */
  public Subshells subshells() {
    return shell;
  }

  /** The way to ask the front end. */
  public Stdin stdin() {
    return stdin;
  }

  /**
   * Waits until everything queued has left, for two seconds at most. The process may exit
   * afterwards. Must not be called on a thread of these channels.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public void close() throws InterruptedException {
    iopub.drain(DRAIN_MILLIS);
    stdin.close();
    Thread end = Thread.ofPlatform().daemon().name("channels-end").start(zmq::term);
    end.join(DRAIN_MILLIS);
  }

  private ZMQ.Socket bind(SocketType type, int port) {
    ZMQ.Socket socket = zmq.socket(type);
    socket.setSndHWM(0);
    socket.setRcvHWM(0);
    socket.setLinger(LINGER_MILLIS);
    socket.bind(file.address(port));
    return socket;
  }

  private static void echo(ZMQ.Socket socket) {
    while (true) {
      Frames.send(socket, Frames.receive(socket));
    }
  }

  /**
   * Runs a loop on the thread that owns {@code socket} from now on, and closes it when the context
   * ends.
   */
  private static void run(String name, ZMQ.Socket socket, Runnable loop) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try (socket) {
            loop.run();
          } catch (ZMQException e) {
            if (e.getErrorCode() != ZError.ETERM) {
              throw e;
            }
          }
        });
  }
}

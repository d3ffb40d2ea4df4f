package halfstep.kernel.install;

import com.google.gson.JsonObject;
import halfstep.kernel.KernelMain;
import halfstep.kernel.protocol.BadMessageException;
import halfstep.kernel.protocol.ConnectionFile;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.Signer;
import halfstep.kernel.protocol.WireCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * A kernel and a front end in one process, which do what a first minute of work does. Exits with 0
 * if all went well.
 */
public final class TrainingRun {

  private static final List<String> CELLS =
      List.of(
          "1+1",
          "int x = 5;",
          "x * 2",
          "String greeting = \"hello\";\nSystem.out.println(greeting);",
          "record Point(int x, int y) {}\nnew Point(1, 2)",
          "for (int i = 0; i < 1000; i++) System.out.println(i);",
          "List.of(3, 1, 2).stream().sorted().map(i -> i * i).toList()",
          "int twice(int n) { return 2 * n; }\ntwice(21)",
          "new double[] {1, 2}",
          "display(\"shown\");",
          "missing + 1",
          "throw new IllegalStateException(\"on purpose\", new RuntimeException(\"cause\"));");
  private static final int TIMEOUT_MILLIS = 60_000;

  private final ZMQ.Socket shell;
  private final ZMQ.Socket control;
  private final WireCodec codec;

  private TrainingRun(ZMQ.Context zmq, ConnectionFile file) {
    this.codec = new WireCodec(new Signer(file.signatureScheme(), file.key()));
    this.shell = connect(zmq, file.address(file.shellPort()));
    this.control = connect(zmq, file.address(file.controlPort()));
  }

  /**
   * Runs the training.
   *
   * @param args none
   * @throws IOException if no connection file can be written
   * @throws InterruptedException if the main thread is interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path path = Files.createTempFile("halfstep-training", ".json");
    path.toFile().deleteOnExit();
    Files.write(path, Json.bytes(connection()));
    ConnectionFile file = ConnectionFile.read(path);
    Thread.ofPlatform().daemon().name("training").start(() -> train(file));
    KernelMain.main(new String[] {path.toString()});
  }

  private static void train(ConnectionFile file) {
    try {
      new TrainingRun(ZMQ.context(1), file).work();
    } catch (BadMessageException | RuntimeException e) {
      System.err.println("training failed: " + e);
      Runtime.getRuntime().halt(1);
    }
  }

  private void work() throws BadMessageException {
    ask(shell, "kernel_info_request", new JsonObject());
    for (String cell : CELLS) {
      ask(shell, "execute_request", Json.object("code", cell, "stop_on_error", false));
    }
    JsonObject cursor = Json.object("code", "System.out.pri", "cursor_pos", 14);
    ask(shell, "complete_request", cursor);
    ask(shell, "inspect_request", Json.object("code", "Math.abs", "cursor_pos", 8));
    ask(shell, "is_complete_request", Json.object("code", "for (;;) {"));
    ask(control, "interrupt_request", new JsonObject());
    ask(control, "shutdown_request", Json.object("restart", false));
  }

  private void ask(ZMQ.Socket socket, String type, JsonObject content) throws BadMessageException {
    Message request = Message.of(List.of(), type, new JsonObject(), content);
    List<byte[]> frames = codec.encode(request);
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i + 1 < frames.size() ? ZMQ.SNDMORE : 0);
    }
    List<byte[]> answer = new ArrayList<>();
    do {
      byte[] frame = socket.recv();
      if (frame == null) {
        throw new IllegalStateException("no answer to " + type);
      }
      answer.add(frame);
    } while (socket.hasReceiveMore());
    codec.decode(answer);
  }

  private static ZMQ.Socket connect(ZMQ.Context zmq, String address) {
    ZMQ.Socket socket = zmq.socket(SocketType.DEALER);
    socket.setReceiveTimeOut(TIMEOUT_MILLIS);
    socket.connect(address);
    return socket;
  }

  private static JsonObject connection() throws IOException {
    JsonObject file =
        Json.object("transport", "tcp", "ip", "127.0.0.1", "key", UUID.randomUUID().toString());
    List<ServerSocket> held = new ArrayList<>();
    for (String name :
        List.of("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")) {
      ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(free);
      file.addProperty(name, free.getLocalPort());
    }
    for (ServerSocket free : held) {
      free.close();
    }
    return file;
  }
}

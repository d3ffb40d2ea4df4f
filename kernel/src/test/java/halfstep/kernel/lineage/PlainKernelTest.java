package halfstep.kernel.lineage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import halfstep.kernel.engine.Engine;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.protocol.Message;
import halfstep.kernel.protocol.Signer;
import halfstep.kernel.protocol.WireCodec;
import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * The sample extension, unchanged, in a kernel of the lineage that is not ours, on the lineage's
 * own sockets.
 */
class PlainKernelTest {

  private static final String KEY = "plain";
  private static final int ATTEMPTS = 4;
  private static final int TIMEOUT_MILLIS = 8_000;

  @Test
  void anExtensionRunsOverTheLineagesOwnConnection() throws Exception {
    try (Engine engine = new Engine(System.getProperty("java.class.path"))) {
      PlainKernel kernel = new PlainKernel(engine);
      kernel.onStartup();
      Optional<JsonObject> reply = Optional.empty();
      for (int attempt = 0; attempt < ATTEMPTS && reply.isEmpty(); attempt++) {
        reply = assignAndDisplay(kernel);
      }
      assertEquals("ok", reply.map(r -> Json.string(r, "status", "")).orElse("no answer"));
      assertEquals(2, engine.evaluate("st.number()", 0, 1).object());
      kernel.onShutdown(false);
    }
  }

  /**
   * Runs two cells on a connection of its own. The lineage's loop threads mark themselves as
   * running after they were started, so one of them now and then ends at once and nobody answers:
   * then the result is empty.
   */
  private static Optional<JsonObject> assignAndDisplay(PlainKernel kernel) throws Exception {
    int[] ports = freePorts(5);
    KernelConnectionProperties properties =
        new KernelConnectionProperties(
            "127.0.0.1",
            ports[0],
            ports[1],
            ports[2],
            ports[3],
            ports[4],
            "tcp",
            "hmac-sha256",
            KEY);
    JupyterConnection connection = new JupyterConnection(properties);
    kernel.becomeHandlerForConnection(connection);
    connection.connect();
    try (ZMQ.Context zmq = ZMQ.context(1);
        ZMQ.Socket shell = zmq.socket(SocketType.DEALER)) {
      shell.setLinger(0);
      shell.setReceiveTimeOut(TIMEOUT_MILLIS);
      shell.connect("tcp://127.0.0.1:" + properties.getShellPort());
      Optional<JsonObject> first =
          execute(shell, "halfstep.sample.SampleExtension.Step st = %sample a b");
      return first.isEmpty() ? first : execute(shell, "%hostdisplay");
    } finally {
      connection.close();
    }
  }

  @Test
  void theFallbackRefusesWhatTheLineageCannotDo() {
    try (Engine engine = new Engine(System.getProperty("java.class.path"))) {
      Host host = Hosts.of(new PlainKernel(engine));
      Refusal refused = assertThrows(Refusal.class, () -> host.declare("x", "int", 1));
      assertEquals("NotThisKernel", refused.name());
      assertEquals(
          "plain cannot declare the variable x; assign the magic's value instead: int x = %magic …",
          refused.getMessage());
      assertEquals(Optional.empty(), host.variable("x"));
      host.evaluate("int y = 5;");
      assertTrue(
          String.valueOf(assertThrows(Refusal.class, () -> host.evaluate("nope")).getMessage())
              .startsWith("plain did not evaluate \"nope\": "));
    }
  }

  private static Optional<JsonObject> execute(ZMQ.Socket shell, String code) throws Exception {
    WireCodec codec = new WireCodec(new Signer("hmac-sha256", KEY));
    JsonObject content =
        Json.object(
            "code", code,
            "silent", false,
            "store_history", true,
            "user_expressions", new JsonObject(),
            "allow_stdin", false,
            "stop_on_error", false);
    List<byte[]> frames =
        codec.encode(Message.of(List.of(), "execute_request", new JsonObject(), content));
    for (int i = 0; i < frames.size(); i++) {
      shell.send(frames.get(i), i + 1 < frames.size() ? ZMQ.SNDMORE : 0);
    }
    List<byte[]> answer = new ArrayList<>();
    do {
      byte[] frame = shell.recv();
      if (frame == null) {
        return Optional.empty();
      }
      answer.add(frame);
    } while (shell.hasReceiveMore());
    return Optional.of(codec.decode(answer).content());
  }

  private static int[] freePorts(int count) throws IOException {
    int[] ports = new int[count];
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      ports[i] = held.get(i).getLocalPort();
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    return ports;
  }
}

package halfstep.kernel.protocol;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import halfstep.kernel.spi.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the front end wants the kernel to listen.
 *
 * @param transport {@code tcp} or {@code ipc}
 * @param ip address for tcp, path prefix for ipc
 * @param shellPort port of the requests
 * @param iopubPort port of the outputs
 * @param stdinPort port of the questions
 * @param controlPort port of interrupts and shutdown
 * @param heartbeatPort port of the echo
 * @param key shared key, may be empty
 * @param signatureScheme for example {@code hmac-sha256}
 */
public record ConnectionFile(
    String transport,
    String ip,
    int shellPort,
    int iopubPort,
    int stdinPort,
    int controlPort,
    int heartbeatPort,
    String key,
    String signatureScheme) {

  private static final int MOST_PORT = 65_535;

  /**
   * Reads a connection file.
   *
   * @param path the file that Jupyter wrote
   * @return its content
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is no connection file
   */
  public static ConnectionFile read(Path path) throws IOException {
    try {
      JsonObject json = Json.parse(Files.readAllBytes(path));
      return new ConnectionFile(
          transport(Json.string(json, "transport", "tcp")),
          Json.string(json, "ip", "127.0.0.1"),
          port(json, "shell_port"),
          port(json, "iopub_port"),
          port(json, "stdin_port"),
          port(json, "control_port"),
          port(json, "hb_port"),
          Json.string(json, "key", ""),
          Json.string(json, "signature_scheme", "hmac-sha256"));
    } catch (JsonParseException | IllegalArgumentException | Refusal e) {
      throw new IllegalArgumentException(
          "%s is no Jupyter connection file: %s".formatted(path, e.getMessage()), e);
    }
  }

  /**
   * The address to bind.
   *
   * @param port one of the ports
   * @return an address as ZeroMQ writes it
   */
  public String address(int port) {
    return transport.equals("ipc")
        ? "ipc://%s-%d".formatted(ip, port)
        : "%s://%s:%d".formatted(transport, ip, port);
  }

  private static String transport(String transport) {
    if (!transport.equals("tcp") && !transport.equals("ipc")) {
      throw new IllegalArgumentException(
          "its transport is \"%s\", expected tcp or ipc".formatted(transport));
    }
    return transport;
  }

  private static int port(JsonObject json, String name) {
    int port = Json.integer(json, name, -1);
    if (port == -1) {
      throw new IllegalArgumentException("it has no " + name);
    }
    if (port < 0 || port > MOST_PORT) {
      throw new IllegalArgumentException(
          "its %s is %d, expected 0 to %d".formatted(name, port, MOST_PORT));
    }
    return port;
  }
}

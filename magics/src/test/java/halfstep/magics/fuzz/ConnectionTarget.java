package halfstep.magics.fuzz;

import halfstep.fuzz.FuzzTarget;
import halfstep.kernel.protocol.ConnectionFile;
import halfstep.kernel.protocol.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The file that Jupyter names to the kernel, up to the addresses: nothing is bound. */
final class ConnectionTarget implements FuzzTarget {

  private static final String TCP =
      """
      {"shell_port": 53794, "iopub_port": 53795, "stdin_port": 53796, "control_port": 53797,
       "hb_port": 53798, "ip": "127.0.0.1", "key": "a0436f6c-1916-498b-8eb9-e81ab9368e84",
       "transport": "tcp", "signature_scheme": "hmac-sha256", "kernel_name": "halfstep"}
      """;
  private static final String IPC =
      """
      {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5,
       "ip": "/tmp/kernel", "key": "", "transport": "ipc", "signature_scheme": "hmac-md5",
       "jupyter_session": "a.ipynb"}
      """;

  private final Path file;

  /**
   * @param folder holds the file
   */
  ConnectionTarget(Path folder) {
    this.file = folder.resolve("kernel.json");
  }

  @Override
  public String name() {
    return "connection-file";
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(TCP.getBytes(StandardCharsets.UTF_8), IPC.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Set<Class<? extends Exception>> refusals() {
    return Set.of(IllegalArgumentException.class);
  }

  @Override
  public void take(byte[] input) throws IOException {
    Files.write(file, input);
    ConnectionFile read = ConnectionFile.read(file);
    new Signer(read.signatureScheme(), read.key()).sign(List.of(input));
    for (int port :
        List.of(
            read.shellPort(),
            read.iopubPort(),
            read.stdinPort(),
            read.controlPort(),
            read.heartbeatPort())) {
      read.address(port);
    }
  }
}

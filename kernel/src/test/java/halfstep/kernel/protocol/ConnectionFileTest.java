package halfstep.kernel.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionFileTest {

  @Test
  void readsWhatJupyterWrites(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("kernel.json");
    Files.writeString(
        file,
        """
        {"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "iopub_port": 2, "stdin_port": 3,
         "control_port": 4, "hb_port": 5, "key": "k", "signature_scheme": "hmac-sha256"}
        """);
    ConnectionFile read = ConnectionFile.read(file);
    assertEquals(4, read.controlPort());
    assertEquals("tcp://127.0.0.1:5", read.address(read.heartbeatPort()));
  }

  @Test
  void ipcAddressesAreFiles() {
    ConnectionFile file = new ConnectionFile("ipc", "/tmp/k", 1, 2, 3, 4, 5, "", "hmac-sha256");
    assertEquals("ipc:///tmp/k-2", file.address(2));
  }

  @Test
  void anotherFileIsRefusedByName(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("x.json"), "{\"ip\": \"127.0.0.1\"}");
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> ConnectionFile.read(file));
    assertEquals(
        file + " is no Jupyter connection file: it has no shell_port", refused.getMessage());
    Files.writeString(file, "not json");
    assertTrue(
        String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> ConnectionFile.read(file))
                    .getMessage())
            .startsWith(file + " is no Jupyter connection file: "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"shell_port\": 65536 | its shell_port is 65536, expected 0 to 65535",
        "\"shell_port\": [7] | the field \"shell_port\" of this message is [7]",
        "\"shell_port\": 1e99999999 | the field \"shell_port\" of this message is 1e99999999",
        "\"ip\": {} | the field \"ip\" of this message is {}, expected a string",
        "\"transport\": \"inproc\" | its transport is \"inproc\", expected tcp or ipc"
      })
  void wrongFieldsAreRefused(String field, String sentence, @TempDir Path folder)
      throws IOException {
    String whole =
        "{\"iopub_port\": 2, \"stdin_port\": 3, \"control_port\": 4, \"hb_port\": 5, %s}";
    Path file = Files.writeString(folder.resolve("k.json"), whole.formatted(field));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> ConnectionFile.read(file));
    assertTrue(String.valueOf(refused.getMessage()).contains(sentence), refused.getMessage());
  }
}

package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.cuda.device.PtxFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The PTX that is shipped is what the sources give. */
@Tag("slow")
class PtxBuildTest {

  /** build-ptx's status where the compiler cannot be had. */
  private static final int NO_COMPILER = 3;

  @TempDir private Path folder = Path.of("");

  @Test
  void rebuiltPtxEqualsTheShippedOne() throws IOException, InterruptedException {
    Process build =
        new ProcessBuilder("sh", "build-ptx", folder.toString()).redirectErrorStream(true).start();
    String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = build.waitFor();
    assumeTrue(status != NO_COMPILER, said.strip());
    assertEquals(0, status, said);
    for (String family : PtxFiles.FAMILIES) {
      byte[] shipped = PtxFiles.read(family);
      assertArrayEquals(
          Arrays.copyOf(shipped, shipped.length - 1),
          Files.readAllBytes(folder.resolve(family + ".ptx")),
          family + ".ptx is behind its source; run quant-lib/cuda/build-ptx");
    }
  }
}

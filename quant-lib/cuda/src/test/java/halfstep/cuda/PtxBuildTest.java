package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.cuda.device.PtxFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The PTX that is shipped is what the sources give. */
@Tag("slow")
class PtxBuildTest {

  /** build-ptx's status where the compiler cannot be had. */
  private static final int NO_COMPILER = 3;

  /**
   * NVRTC 12.0 orders some instructions of gram.cu by where its own objects lie in memory: one
   * compilation in 15 differs. PTX that is behind its source differs in each.
   */
  private static final int COMPILATIONS = 4;

  @TempDir private Path folder = Path.of("");

  @Test
  void rebuiltPtxEqualsTheShippedOne() throws IOException, InterruptedException {
    List<String> behind = differing();
    for (int i = 1; i < COMPILATIONS && !behind.isEmpty(); i++) {
      behind.retainAll(differing());
    }
    assertEquals(List.of(), behind, "behind their sources; run quant-lib/cuda/build-ptx");
  }

  /** Families that this compilation gives other PTX than the shipped. */
  private List<String> differing() throws IOException, InterruptedException {
    Process build =
        new ProcessBuilder("sh", "build-ptx", folder.toString()).redirectErrorStream(true).start();
    String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = build.waitFor();
    assumeTrue(status != NO_COMPILER, said.strip());
    assertEquals(0, status, said);
    List<String> differing = new ArrayList<>();
    for (String family : PtxFiles.FAMILIES) {
      byte[] shipped = PtxFiles.read(family);
      byte[] built = Files.readAllBytes(folder.resolve(family + ".ptx"));
      if (!Arrays.equals(shipped, 0, shipped.length - 1, built, 0, built.length)) {
        differing.add(family);
      }
    }
    return differing;
  }
}

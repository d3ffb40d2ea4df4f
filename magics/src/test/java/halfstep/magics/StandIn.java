package halfstep.magics;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Programs that find the stand-in for CUDA's driver, which the tests of halfstep-cuda leave behind.
 * It is a Turing.
 */
public final class StandIn {

  private static final Path LIBRARY = Path.of("..", "quant-lib", "cuda", "target", "standin");

  private StandIn() {}

  /** Skips the test where there is none. */
  public static void require() {
    assumeTrue(
        Files.exists(LIBRARY.resolve("libcuda.so.1")),
        "there is no stand-in for CUDA's driver; the tests of quant-lib/cuda make it where there is a g++");
  }

  /** Runs a program to its end; fails unless it ends well. */
  public static String printed(Class<?> main, List<String> arguments) {
    Map<String, String> environment =
        Map.of(
            "LD_LIBRARY_PATH",
            LIBRARY.toAbsolutePath().toString(),
            "XDG_CACHE_HOME",
            Path.of("target", "cache").toAbsolutePath().toString());
    return ChildJvm.printed(environment, List.of("-Xmx1g"), main, arguments.toArray(String[]::new));
  }
}

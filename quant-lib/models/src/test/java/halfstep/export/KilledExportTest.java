package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.QuantizeJob;
import halfstep.llm.GoldenModels;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that is killed while it exports: nothing can clean up after it. */
class KilledExportTest {

  @TempDir private Path folder;

  /** Exports to a point, says so, and waits there to be killed. */
  public static void main(String[] arguments) {
    Path run = Path.of(arguments[0]);
    Path out = Path.of(arguments[1]);
    double point = Double.parseDouble(arguments[3]);
    new Export(run, out, ExportFormat.of(arguments[2]))
        .run((fraction, layer) -> {
          if (fraction >= point) {
            System.out.println("there");
            LockSupport.parkNanos(Duration.ofMinutes(2).toNanos());
          }
        });
  }

  /** While layers are written, when all are, and when the last has been read back. */
  @ParameterizedTest
  @CsvSource({"awq, 0.2", "hqq, 0.5", "gguf, 0.2", "gguf, 1.0", "compressed-tensors, 1.0"})
  void leavesNoFolderThatLooksComplete(String format, String point)
      throws IOException, InterruptedException {
    Path run = folder.resolve("run");
    QuantSpec spec = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);
    QuantizeJob.of(GoldenModels.folder("llama_gqa"), run, spec, new Rtn()).run();
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledExportTest.class.getName(),
                run.toString(),
                out.toString(),
                format,
                point)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("there", said.readLine());
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    assertFalse(Files.exists(out));
    try (Stream<Path> left = Files.list(folder)) {
      List<String> names = left.map(path -> path.getFileName().toString()).sorted().toList();
      assertEquals(2, names.size(), names::toString);
      assertTrue(names.getFirst().startsWith(".out.partial-"), names::toString);
    }
    new Export(run, out, ExportFormat.of(format)).run();
    assertTrue(Files.exists(out.resolve("manifest.json")), "the name is free for the next try");
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(2, left.count(), "which removes what the killed one left");
    }
  }
}

package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.llm.GoldenModels;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Calibrated;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Jobs whose steps nobody looks at take a shorter way to the same weights. */
class UntracedJobTest {

  @TempDir private Path folder;

  static Stream<Calibrated> solversBehindActivations() {
    return Stream.of(
        new AwqThen(Hqq.DEFAULT),
        new AwqThen(Awq.DEFAULT, Hqq.V2),
        new AwqThen(LeastSquares.DEFAULT),
        WeightedLeastSquares.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("solversBehindActivations")
  void weightsAreThoseOfATracedJob(Calibrated method) throws IOException {
    Golden golden = Golden.open("awq/llama_gqa.g32.duo");
    QuantizeJob job =
        QuantizeJob.of(GoldenModels.folder("llama_gqa"), folder, QuantSpec.of(3, 32), method)
            .with(Calibration.of(GoldenModels.windows(golden, "calib_ids")));
    JobReport traced = job.into(folder.resolve("traced")).traced().run();
    JobReport plain = job.into(folder.resolve("plain")).run();
    assertEquals(-1, Files.mismatch(file("traced"), file("plain")), "the same weights");
    assertEquals(traced.layers(), plain.layers());
    assertEquals(traced.remarks(), plain.remarks());
    assertTrue(Files.exists(folder.resolve("traced").resolve("trace.jsonl")));
    assertFalse(Files.exists(folder.resolve("plain").resolve("trace.jsonl")));
  }

  private Path file(String job) {
    return folder.resolve(job).resolve("quantized.safetensors");
  }
}

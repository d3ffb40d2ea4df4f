package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.QuantizeJob;
import halfstep.llm.GoldenModels;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.TensorInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers alone tell what reading the files tells. */
class HeaderInspectionTest {

  @TempDir private Path folder;

  private static List<TensorInfo> headers(Path model) {
    return Checkpoint.open(model).tensors();
  }

  @ParameterizedTest
  @CsvSource({
    "4, INTEGER,   awq,                awq gemm",
    "3, INTEGER,   gptq_v2,            gptq v2 3 bit",
    "8, SYMMETRIC, gptq,               gptq v1 8 bit",
    "4, FLOAT,     hqq,                hqq",
    "3, FLOAT,     hqq,                hqq",
    "2, FLOAT,     hqq,                hqq",
    "4, SYMMETRIC, compressed-tensors, compressed-tensors pack-quantized",
    "3, INTEGER,   compressed-tensors, compressed-tensors pack-quantized",
  })
  void asReading(int bits, ZeroPoint zero, String format, String scheme) {
    Path run = folder.resolve("run");
    Path out = folder.resolve("out");
    QuantSpec spec = QuantSpec.of(bits, 32).with(zero);
    QuantizeJob.of(GoldenModels.folder("llama_gqa"), run, spec, new Rtn()).run();
    new Export(run, out, ExportFormat.of(format)).run();
    HeaderInspection found =
        HeaderInspection.of(headers(out), () -> out.resolve("config.json")).orElseThrow();
    Inspection read = Inspection.of(out, false, done -> {});
    assertEquals(scheme, found.scheme());
    assertEquals(read.scheme(), found.scheme());
    assertEquals(read.layers().size(), found.layers());
    assertEquals(
        read.layers().stream().mapToLong(layer -> layer.out() * layer.in()).sum(), found.weights());
    // GPTQ stores an index that it does not need; a symmetric one stores zeros, too
    double index = format.startsWith("gptq") ? 32.0 / 32 + bits / 32.0 : 0;
    double more = found.bitsPerQuantizedWeight() - read.bitsPerQuantizedWeight();
    assertTrue(more > -1e-9 && more <= index + 1e-9, () -> "differs by " + more);
    assertTrue(found.bitsPerWeight() > found.bitsPerQuantizedWeight());
  }

  @Test
  void hqqsOwnFilesSayNothingInTheirConfiguration() throws Exception {
    Path run = folder.resolve("run");
    Path out = folder.resolve("out");
    QuantizeJob.of(GoldenModels.folder("llama_gqa"), run, QuantSpec.of(3, 64), new Rtn()).run();
    new Export(run, out, ExportFormat.HQQ).run();
    Path config = out.resolve("config.json");
    Files.copy(
        GoldenModels.folder("llama_gqa").resolve("config.json"),
        config,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertTrue(QuantizedModels.isQuantized(out));
    HeaderInspection found = HeaderInspection.of(headers(out), () -> config).orElseThrow();
    assertEquals(
        Inspection.of(out, false, done -> {}).bitsPerQuantizedWeight(),
        found.bitsPerQuantizedWeight(),
        1e-9);
  }

  @Test
  void floatsAreNoQuantization() {
    List<TensorInfo> headers = headers(GoldenModels.folder("llama_gqa"));
    assertTrue(
        HeaderInspection.of(
                headers,
                () -> {
                  throw new AssertionError("config.json was asked for");
                })
            .isEmpty());
  }
}

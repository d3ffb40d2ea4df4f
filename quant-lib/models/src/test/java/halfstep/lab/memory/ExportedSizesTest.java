package halfstep.lab.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.export.Export;
import halfstep.export.ExportFormat;
import halfstep.job.LayerSpecs;
import halfstep.job.QuantizeJob;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plan's bytes are those of the files that other software loads. */
class ExportedSizesTest {

  private static final Path MODELS = Path.of("..", "..", "notebooks", "models");

  /** Endings of codes, scales and zeros; the rest of a layer's tensors describe it. */
  private static final Set<String> STORED =
      Set.of(
          "qweight",
          "qzeros",
          "scales",
          "W_q",
          "scale",
          "zero",
          "weight_packed",
          "weight_scale",
          "weight_zero_point");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "natural, 4, 64, FLOAT,   hqq",
    "natural, 3, 64, FLOAT,   hqq",
    "natural, 2, 64, FLOAT,   hqq",
    "natural, 8, 128, FLOAT,  hqq",
    "natural, 4, 64, INTEGER, awq",
    "natural, 3, 64, INTEGER, gptq_v2",
    "natural, 8, 128, INTEGER, gptq_v2",
    "experts, 4, 64, INTEGER, compressed-tensors",
    "experts, 4, 128, FLOAT,  hqq",
  })
  void layersTakeWhatThePlanSays(String name, int bits, int group, ZeroPoint zero, String format) {
    QuantSpec spec = QuantSpec.of(bits, group).with(zero);
    Path run = folder.resolve("run");
    QuantizeJob.of(MODELS.resolve(name), run, spec, new Rtn()).run();
    Path out = folder.resolve("out");
    new Export(run, out, ExportFormat.of(format)).run();
    long stored = 0;
    long all = 0;
    for (TensorInfo tensor : Checkpoint.open(out).tensors()) {
      String ending = tensor.name().substring(tensor.name().lastIndexOf('.') + 1);
      stored += STORED.contains(ending) ? tensor.bytes() : 0;
      all += tensor.bytes();
    }
    MemoryPlan plan =
        MemoryPlan.of(
            Model.open(MODELS.resolve(name)).config(),
            ServingSettings.of(Optional.of(LayerSpecs.of(spec)), 64));
    assertEquals(stored, plan.layers());
    long planned = plan.layers() + plan.embeddings() + plan.others();
    // what describes a layer (group indices, shapes) is small: nothing of it is planned
    assertTrue(planned <= all && all - planned < 0.03 * all, planned + " of " + all + " bytes");
  }
}

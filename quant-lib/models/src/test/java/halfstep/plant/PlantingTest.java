package halfstep.plant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.calib.Activations;
import halfstep.llm.BlockCapture;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same function, bit for bit, from other weights. */
class PlantingTest {

  private static final Path EMBEDDED = Path.of("..", "..", "notebooks", "models");

  @TempDir private Path folder = Path.of("");

  /** Every model that the project ships. */
  static List<Path> embedded() throws IOException {
    try (Stream<Path> entries = Files.list(EMBEDDED)) {
      return entries.filter(model -> Files.exists(model.resolve("config.json"))).sorted().toList();
    }
  }

  private static int[] tokens(int vocabulary) {
    SplittableRandom random = new SplittableRandom(5);
    return random.ints(100, 2, vocabulary).toArray();
  }

  private static float[] logits(Model model) {
    Matrix logits = model.logits(tokens(model.config().vocabSize()));
    float[] values = new float[Math.toIntExact(logits.size())];
    logits.read(0, values, 0, values.length);
    return values;
  }

  @ParameterizedTest
  @MethodSource("embedded")
  void logitsStayBitForBitAndUndoingGivesTheSameWeights(Path path) {
    Path planted = folder.resolve("planted");
    int channels = Planting.of(0.5, 1).write(path, planted);
    assertTrue(channels > 1000, "rescaled " + channels);
    float[] expected = logits(Model.open(path));
    assertArrayEquals(expected, logits(Model.open(planted)));
    assertTrue(changed(path, planted) > 0.25, "share of changed weights " + changed(path, planted));
    Path undone = folder.resolve("undone");
    assertEquals(channels, Planting.of(0.5, 1).inverse().write(planted, undone));
    assertEquals(0, changed(path, undone));
    assertTrue(Files.exists(planted.resolve("tokenizer.json")));
  }

  /** Share of all values that differ. */
  private static double changed(Path first, Path second) {
    Checkpoint one = Checkpoint.open(first);
    Checkpoint two = Checkpoint.open(second);
    double different = 0;
    double all = 0;
    for (TensorInfo info : one.tensors()) {
      Matrix a = one.matrix(info.name());
      Matrix b = two.matrix(info.name());
      for (long i = 0; i < a.size(); i++) {
        different += a.at(i) == b.at(i) ? 0 : 1;
      }
      all += a.size();
    }
    return different / all;
  }

  /** Scales independent of the magnitudes add their variance: sigma² and that of the rounding. */
  @Test
  void magnitudesSpreadByTheSquareOfSigma() {
    Path natural = EMBEDDED.resolve("natural");
    Path planted = folder.resolve("planted");
    Planting.of(0.5, 1).write(natural, planted);
    double before = varianceOfLogs(Model.open(natural));
    double after = varianceOfLogs(Model.open(planted));
    double expected = 0.5 * 0.5 + Math.log(2) * Math.log(2) / 12;
    assertEquals(before + expected, after, 0.15);
  }

  /** Of the mean magnitudes of the input of block 1's MLP. */
  private static double varianceOfLogs(Model model) {
    BlockCapture capture = model.capture(1, TokenWindows.of(tokens(2048)));
    float[] magnitudes =
        Activations.of(capture.input("model.layers.1.mlp.gate_proj")).meanAbsolute();
    double sum = 0;
    double squares = 0;
    for (float magnitude : magnitudes) {
      double log = Math.log(magnitude);
      sum += log;
      squares += log * log;
    }
    double mean = sum / magnitudes.length;
    return squares / magnitudes.length - mean * mean;
  }

  @Test
  void halfPrecisionIsWidenedWhereItIsRescaled() {
    Path original = GoldenModels.folder("llama_gqa");
    Path planted = folder.resolve("planted");
    Planting.of(1, 3).write(original, planted);
    Checkpoint checkpoint = Checkpoint.open(planted);
    assertEquals(DType.F32, checkpoint.info("model.layers.0.mlp.down_proj.weight").dtype());
    assertEquals(DType.F16, checkpoint.info("model.layers.0.self_attn.o_proj.weight").dtype());
    assertArrayEquals(logits(Model.open(original)), logits(Model.open(planted)));
  }

  @Test
  void sitesOfAMixtureOfExperts() {
    String block = "model.layers.10.";
    String sparse = block + "block_sparse_moe.";
    List<PlantSite> sites =
        PlantSite.in(
            List.of(
                "model.norm.weight",
                sparse + "experts.0.w2.weight",
                sparse + "experts.0.w1.weight",
                sparse + "experts.0.w3.weight",
                sparse + "gate.weight",
                block + "post_attention_layernorm.weight"));
    assertEquals(2, sites.size());
    assertEquals(List.of(block + "post_attention_layernorm.weight"), sites.get(0).scaled());
    assertEquals(3, sites.get(0).divided().size());
    assertTrue(sites.get(0).divided().contains(sparse + "gate.weight"));
    assertEquals(
        new PlantSite(
            List.of(sparse + "experts.0.w3.weight"), List.of(sparse + "experts.0.w2.weight")),
        sites.get(1));
  }

  @Test
  void aBiasOfUpIsRescaledWithItsRows() {
    String mlp = "model.layers.0.mlp.";
    List<PlantSite> sites =
        PlantSite.in(
            List.of(mlp + "up_proj.bias", mlp + "up_proj.weight", mlp + "down_proj.weight"));
    assertEquals(List.of(mlp + "up_proj.weight", mlp + "up_proj.bias"), sites.getFirst().scaled());
  }

  @Test
  void refusals() {
    assertEquals(
        "sigma 0.0: the spread of the planted scales must lie above 0 and at most at 4.0; 0.5 is a good one",
        assertThrows(IllegalArgumentException.class, () -> Planting.of(0, 1)).getMessage());
    Path file = Path.of("..", "core", "src/test/resources/golden/hqq/gauss.safetensors");
    ModelException refusal =
        assertThrows(
            ModelException.class, () -> Planting.of(0.5, 1).write(file, folder.resolve("x")));
    assertTrue(refusal.toString().contains("nothing can be planted"), refusal.toString());
  }
}

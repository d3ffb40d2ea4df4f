package halfstep.synth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.lab.memory.KnownShapes;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelConfig;
import halfstep.llm.TokenWindows;
import halfstep.safetensors.Checkpoint;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticModelTest {

  private static final long ONE_FILE = Long.MAX_VALUE;

  @TempDir private Path folder;

  private Path write(String name, int layers, long seed, long mostBytes) {
    Path out = folder.resolve(name);
    SyntheticModel.like(GoldenModels.folder("llama_gqa"), layers, seed)
        .write(out, mostBytes, (share, tensor) -> {});
    return out;
  }

  @Test
  void aModelThatRuns() {
    Model model = Model.open(write("a", 3, 1, ONE_FILE));
    assertEquals(3, model.config().layers());
    assertEquals(GoldenModels.open("llama_gqa").config().hiddenSize(), model.config().hiddenSize());
    Matrix logits = model.logits(TokenWindows.of(1, 2, 3));
    for (float logit : logits.row(2)) {
      assertTrue(Float.isFinite(logit));
    }
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    byte[] first = Files.readAllBytes(write("a", 2, 5, ONE_FILE).resolve("model.safetensors"));
    byte[] again = Files.readAllBytes(write("b", 2, 5, ONE_FILE).resolve("model.safetensors"));
    byte[] other = Files.readAllBytes(write("c", 2, 6, ONE_FILE).resolve("model.safetensors"));
    assertArrayEquals(first, again);
    assertFalse(Arrays.equals(first, other));
  }

  @Test
  void shardsHoldTheSameTensors() {
    Checkpoint whole = Checkpoint.open(write("a", 2, 5, ONE_FILE));
    Checkpoint shards = Checkpoint.open(write("b", 2, 5, 100_000));
    assertTrue(shards.files().size() > 2, () -> shards.files().toString());
    assertEquals(List.copyOf(whole.names()).size(), shards.names().size());
    for (String name : whole.names()) {
      assertEquals(-1, whole.matrix(name).segment().mismatch(shards.matrix(name).segment()), name);
    }
  }

  /** A layer of real width: its moments are those of trained layers, and channels stick out. */
  @Test
  void weightsLookLikeTrainedOnes() {
    int in = 4096;
    int rows = 256;
    WeightLaw law = new WeightLaw(1);
    float[] channels = law.channels("w", in);
    double[] squares = new double[in];
    double second = 0;
    double fourth = 0;
    double most = 0;
    short[] row = new short[in];
    for (int r = 0; r < rows; r++) {
      law.row("w", r, channels, row);
      for (int c = 0; c < in; c++) {
        double w = Float.intBitsToFloat(row[c] << 16);
        squares[c] += w * w;
        second += w * w;
        fourth += w * w * w * w;
        most = Math.max(most, Math.abs(w));
      }
    }
    double count = (double) rows * in;
    double deviation = Math.sqrt(second / count);
    double kurtosis = fourth / count / Math.pow(second / count, 2);
    assertTrue(deviation > 0.018 && deviation < 0.03, "standard deviation " + deviation);
    assertTrue(kurtosis > 4 && kurtosis < 20, "kurtosis " + kurtosis);
    assertTrue(most / deviation > 10 && most / deviation < 60, "largest " + most / deviation);
    Arrays.sort(squares);
    double outlier = Math.sqrt(squares[in - 4] / squares[in / 2]);
    assertTrue(outlier > 2.5 && outlier < 10, "outlier channels are larger " + outlier + " times");
  }

  @Test
  void layersOfOneWidthShareTheirOutliers() {
    WeightLaw law = new WeightLaw(3);
    float[] a = law.channels("a", 4096);
    float[] b = law.channels("b", 4096);
    int both = 0;
    for (int c = 0; c < a.length; c++) {
      both += a[c] > 0.07f && b[c] > 0.07f ? 1 : 0;
    }
    assertTrue(both > 3, "outliers in common: " + both);
  }

  @Test
  void everyKnownShapeIsOne() {
    for (String name : KnownShapes.names()) {
      ModelConfig shape = KnownShapes.of(name).orElseThrow();
      assertFalse(ShapeJson.of(shape).path("model_type").asText().isEmpty(), name);
    }
  }

  @Test
  void aKnownShapeReadsAsItself() throws IOException {
    for (String name : List.of("llama-3-8b", "qwen3-32b", "mixtral-8x7b")) {
      ModelConfig shape = KnownShapes.of(name).orElseThrow();
      Path home = Files.createDirectory(folder.resolve(name));
      Files.writeString(home.resolve("config.json"), ShapeJson.of(shape).toString());
      assertEquals(shape.tensors(), ModelConfig.read(home).tensors(), name);
    }
  }

  @Test
  void interruptedItLeavesNothing() throws IOException {
    Path out = folder.resolve("out");
    SyntheticModel model = SyntheticModel.like(GoldenModels.folder("llama_gqa"), 2, 1);
    assertThrows(
        InterruptedWork.class,
        () -> model.write(out, ONE_FILE, (share, tensor) -> Thread.currentThread().interrupt()));
    assertTrue(Thread.interrupted());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }
}

package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.forward.DecoderWeights;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forward pass on the device beside the models' own: all logits, bit for bit. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuForwardTest {

  private final GpuDevice device = JCudaProbe.look().open(0);

  @TempDir private Path folder = Path.of("");

  @AfterEach
  void everythingWasGivenBack() {
    assertEquals(0, StandIn.used());
  }

  private static List<int[]> windows(int... lengths) {
    return IntStream.of(lengths).mapToObj(length -> ForwardAgreements.tokens(length, 131)).toList();
  }

  /** Of the last token's logits, largest less smallest; NaN if one is. */
  private static double spread(Matrix logits) {
    float[] last = logits.row(logits.rows() - 1);
    double[] values = IntStream.range(0, last.length).mapToDouble(i -> last[i]).toArray();
    return DoubleStream.of(values).max().orElseThrow()
        - DoubleStream.of(values).min().orElseThrow();
  }

  private void check(Model model, List<int[]> windows) {
    Matrix expected = model.logits(TokenWindows.of(windows));
    assertTrue(spread(expected) > 0.1, "logits that say nothing");
    for (ForwardKernels kernels :
        List.of(new ForwardKernels(device), new NaiveForwardKernels(device))) {
      String which = kernels.getClass().getSimpleName();
      try (DecoderOnDevice there = new DecoderOnDevice(kernels, model.decoder().orElseThrow())) {
        Gpu.assertSame(expected, there.logits(windows), which);
      }
    }
  }

  /** Windows that share a block of the attention's threads, and one of a single token. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "llama; true; ``",
        "llama; false; `, \"head_dim\": 34`",
        "llama; false; `, \"hidden_size\": 23`",
        "llama; true; `, \"head_dim\": 66, \"num_key_value_heads\": 6`",
        "llama; true; `, \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, "
            + "\"low_freq_factor\": 1, \"high_freq_factor\": 4, "
            + "\"original_max_position_embeddings\": 16}`",
        "mistral; false; `, \"sliding_window\": 5`",
        "qwen2; true; `, \"use_sliding_window\": false`",
        "qwen3; true; ``",
        "qwen3; false; `, \"head_dim\": 16`"
      })
  void hasTheProcessorsLogits(String type, boolean tied, String more) {
    check(SmallModels.of(folder, type, tied, more), windows(19, 1, 3, 30));
  }

  /** Up to 16 tokens in all the processor sums in other chains; from 17 on, in one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 129, 300})
  void anyNumberOfTokens(int count) {
    check(SmallModels.plain(folder), windows(count));
  }

  /** Beyond 1,500 tokens eight of them do not fit into a block's shared memory. */
  @Test
  void aLongWindowTakesATokenABlock() {
    check(SmallModels.plain(folder), windows(1600));
  }

  /** Layers in place of the checkpoint's, quantized or not. */
  @Test
  void otherWeightsAreTheDevicesToo() {
    Model model = SmallModels.plain(folder);
    List<String> layers = model.layers();
    Matrix rounded =
        RoundToNearest.quantize(model.weight(layers.get(6)), QuantSpec.of(3, QuantSpec.WHOLE))
            .dequantized();
    Model changed = model.withWeights(Map.of(layers.get(6), rounded));
    check(changed, windows(40));
    Model quantized =
        model.withQuantized(
            Map.of(
                layers.get(2),
                RoundToNearest.quantize(model.weight(layers.get(2)), QuantSpec.of(4, 20))));
    check(quantized, windows(40));
    assertFalse(
        quantized.logits(new int[] {1, 2}).get(1, 0) == model.logits(new int[] {1, 2}).get(1, 0),
        "the weights make no difference");
  }

  /** Of a model with one layer changed, that layer alone takes memory and is brought there. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTwoModelsShareIsThereOnce(boolean tied) {
    Model model = SmallModels.of(folder, "llama", tied, "");
    String layer = model.layers().get(6);
    Matrix weight = model.weight(layer);
    Model changed =
        model.withQuantized(
            Map.of(layer, RoundToNearest.quantize(weight, QuantSpec.of(3, QuantSpec.WHOLE))));
    ForwardKernels kernels = new ForwardKernels(device);
    List<int[]> windows = windows(40, 17);
    try (DecoderOnDevice first = new DecoderOnDevice(kernels, model.decoder().orElseThrow())) {
      long before = StandIn.used();
      Beside beside = new Beside(changed.decoder().orElseThrow(), Optional.of(first));
      assertEquals(weight.size() * Float.BYTES, beside.bytes());
      try (DecoderOnDevice second = new DecoderOnDevice(kernels, beside)) {
        assertEquals(weight.size() * Float.BYTES, StandIn.used() - before);
        Gpu.assertSame(changed.logits(TokenWindows.of(windows)), second.logits(windows), "second");
      }
      assertEquals(before, StandIn.used());
      Gpu.assertSame(model.logits(TokenWindows.of(windows)), first.logits(windows), "first");
    }
  }

  /** The same numbers from another file are another's; so is a copy of nothing. */
  @Test
  void modelsOfTwoFoldersShareNothing() {
    Model model = SmallModels.plain(folder);
    Model again = Model.open(model.folder());
    DecoderWeights weights = model.decoder().orElseThrow();
    ForwardKernels kernels = new ForwardKernels(device);
    try (DecoderOnDevice first = new DecoderOnDevice(kernels, weights)) {
      Beside same = new Beside(model.decoder().orElseThrow(), Optional.of(first));
      assertEquals(0, same.bytes());
      Beside other = new Beside(again.decoder().orElseThrow(), Optional.of(first));
      assertEquals(Beside.nothing(weights).bytes(), other.bytes());
      try (DecoderOnDevice second = new DecoderOnDevice(kernels, same)) {
        List<int[]> windows = windows(9);
        Gpu.assertSame(first.logits(windows), second.logits(windows), "all of it shared");
      }
    }
  }
}

package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.awq.ScaleFolding.Source;
import halfstep.quant.ChannelScales;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScaleFoldingTest {

  private static final ChannelScales SCALES = ChannelScales.of(new float[] {2f, 0.5f, 8f});

  @Test
  void normWeightAndBiasAreDividedAndEveryReaderMultiplied() {
    ScaleFolding folding =
        new ScaleFolding(
            SCALES, new Source.Norm("norm", Optional.of("bias"), 0f), List.of("q", "router"));
    Map<String, Matrix> tensors =
        Map.of(
            "norm", Matrix.of(1, 3, 4f, 4f, 4f),
            "bias", Matrix.of(1, 3, 1f, 1f, 1f),
            "q", Matrix.of(2, 3, 1f, 1f, 1f, 2f, 2f, 2f),
            "router", Matrix.of(1, 3, 3f, 3f, 3f));
    Map<String, Matrix> folded = ScaleFolding.applied(List.of(folding), name -> get(tensors, name));
    assertEquals(List.of("norm", "bias", "q", "router"), List.copyOf(folded.keySet()));
    assertArrayEquals(new float[] {2f, 8f, 0.5f}, get(folded, "norm").row(0));
    assertArrayEquals(new float[] {0.5f, 2f, 0.125f}, get(folded, "bias").row(0));
    assertArrayEquals(new float[] {4f, 1f, 16f}, get(folded, "q").row(1));
    assertArrayEquals(new float[] {6f, 1.5f, 24f}, get(folded, "router").row(0));
    assertEquals(4f, get(tensors, "norm").at(0), "the model's own tensors stay");
  }

  /** Gemma's norm multiplies by weight + 1. */
  @Test
  void anOffsetNormKeepsItsProduct() {
    TensorEdit edit = new TensorEdit.DivideVector("norm", SCALES, 1f);
    Matrix folded = edit.applied(Matrix.of(1, 3, 0f, 0.5f, 3f));
    assertArrayEquals(new float[] {0.5f - 1, 3f - 1, 0.5f - 1}, folded.row(0));
  }

  /** v's columns take the norm's scales, its rows absorb o's: one after the other. */
  @Test
  void foldingsOfOneTensorAddUp() {
    ScaleFolding fromNorm =
        new ScaleFolding(
            ChannelScales.of(new float[] {2f, 4f}), new Source.Norm("norm"), List.of("v"));
    ScaleFolding fromV = new ScaleFolding(SCALES, new Source.Linear("v"), List.of("o"));
    Map<String, Matrix> tensors =
        Map.of(
            "norm", Matrix.of(1, 2, 1f, 1f),
            "v", Matrix.of(3, 2, 1f, 1f, 1f, 1f, 1f, 1f),
            "o", Matrix.of(1, 3, 1f, 1f, 1f));
    Map<String, Matrix> folded =
        ScaleFolding.applied(List.of(fromNorm, fromV), name -> get(tensors, name));
    assertArrayEquals(new float[] {1f, 2f}, get(folded, "v").row(0));
    assertArrayEquals(new float[] {4f, 8f}, get(folded, "v").row(1));
    assertArrayEquals(new float[] {0.25f, 0.5f}, get(folded, "v").row(2));
  }

  @Test
  void aFusedLayerIsDividedInItsLastRowsAlone() {
    Matrix fused = Matrix.of(4, 1, 8f, 8f, 8f, 8f);
    Matrix bias = Matrix.of(1, 4, 8f, 8f, 8f, 8f);
    ScaleFolding folding =
        new ScaleFolding(SCALES, new Source.Linear("qkv", Optional.of("bias")), List.of());
    Map<String, Matrix> folded =
        ScaleFolding.applied(List.of(folding), name -> name.equals("qkv") ? fused : bias);
    assertArrayEquals(new float[] {8f, 4f, 16f, 1f}, get(folded, "qkv").reshaped(1, 4).row(0));
    assertArrayEquals(new float[] {8f, 4f, 16f, 1f}, get(folded, "bias").row(0));
  }

  @Test
  void twoLayersComputeWhatTheyDid() {
    Matrix x = Examples.gaussian(9, 12, 1f, 1);
    Matrix first = Examples.gaussian(20, 12, 0.3f, 2);
    Matrix second = Examples.gaussian(7, 20, 0.3f, 3);
    float[] scales = new float[20];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) Math.exp(0.3 * i - 3);
    }
    ScaleFolding folding =
        new ScaleFolding(ChannelScales.of(scales), new Source.Linear("first"), List.of("second"));
    Map<String, Matrix> folded =
        ScaleFolding.applied(List.of(folding), name -> name.equals("first") ? first : second);
    Matrix hidden = Matmul.timesTransposed(x, first);
    Matrix expected = Matmul.timesTransposed(hidden, second);
    Matrix between = Matmul.timesTransposed(x, get(folded, "first"));
    Matrix actual = Matmul.timesTransposed(between, get(folded, "second"));
    for (long i = 0; i < expected.size(); i++) {
      assertEquals(expected.at(i), actual.at(i), 1e-5f);
    }
    Matrix divided = folding.inputs(hidden);
    for (long i = 0; i < divided.size(); i++) {
      assertEquals(between.at(i), divided.at(i), 1e-5f * Math.abs(divided.at(i)) + 1e-6f);
    }
  }

  @Test
  void refusalsNameTheTensor() {
    ScaleFolding folding = new ScaleFolding(SCALES, new Source.Linear("v_proj"), List.of("o_proj"));
    Matrix two = Matrix.zeros(2, 2);
    String message =
        assertThrows(
                ShapeException.class, () -> ScaleFolding.applied(List.of(folding), name -> two))
            .getMessage();
    assertEquals(
        "tensor v_proj is 2 × 2, which does not take 3 channel scales on its rows", message);
    assertEquals(
        "tensor o_proj is 2 × 2, which does not take 3 channel scales on its columns",
        assertThrows(
                ShapeException.class,
                () -> new TensorEdit.MultiplyColumns("o_proj", SCALES).applied(two))
            .getMessage());
    assertEquals(
        "tensor norm is 2 × 3, which does not take 3 channel scales on its elements in one row",
        assertThrows(
                ShapeException.class,
                () -> new TensorEdit.DivideVector("norm", SCALES, 0f).applied(Matrix.zeros(2, 3)))
            .getMessage());
    assertThrows(
        ShapeException.class,
        () -> new TensorEdit.DivideVector("norm", SCALES, 0f).applied(Matrix.zeros(1, 2)));
  }

  private static Matrix get(Map<String, Matrix> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }
}

package halfstep.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hqq.HqqSolver;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.Axis;
import halfstep.quant.ChannelScales;
import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GgufBlocksTest {

  private static final Golden GOLDEN = Golden.open("gguf/blocks");
  private static final Matrix W = GOLDEN.matrix("gauss/W");

  @ParameterizedTest
  @EnumSource
  void bytesAndWeightsEqualTheReference(GgufBlocks format) {
    double bytes = 0;
    double weights = 0;
    for (String name : List.of("gauss", "awkward")) {
      Matrix w = GOLDEN.matrix(name + "/W");
      String key = name + "/" + format.name();
      Packed packed = format.quantize(w);
      bytes += GoldenCodes.wordsDiffering(GOLDEN, key + "/bytes", packed);
      Matrix back = format.dequantize(packed, w.shape());
      float[] expected = GOLDEN.floats(key + "/dequant");
      for (int i = 0; i < expected.length; i++) {
        boolean same = Float.floatToRawIntBits(back.at(i)) == Float.floatToRawIntBits(expected[i]);
        weights += same ? 0 : 1;
      }
    }
    FidelityTable.row("gguf/blocks " + format.name(), "bytes differing", 0, bytes);
    FidelityTable.row("gguf/blocks " + format.name(), "dequantized differing", 0, weights);
  }

  /** Codes stay; only scale and minimum are rounded, so ŵ moves by a part in 2¹¹. */
  @ParameterizedTest
  @CsvSource({"4,32", "4,64", "4,128", "3,32", "2,64", "1,32"})
  void anAffineSolutionKeepsItsCodesAsQ41(int bits, int group) {
    HqqSolver solver = new HqqSolver(W, QuantSpec.of(bits, group), Hqq.DEFAULT);
    QuantizedMatrix q = solver.quantized(solver.result());
    Packed packed = GgufBlocks.Q4_1.pack(q);
    assertEquals(0, GgufBlocks.Q4_1.unpack(packed, W.shape()).countDifferent(q.codes()));
    Matrix back = GgufBlocks.Q4_1.dequantize(packed, W.shape());
    double moved = ErrorMetrics.between(q.dequantized(), back).maxAbs();
    assertTrue(moved > 0 && moved < 1e-4, "moved by " + moved);
  }

  /** A whole zero of 8 is Q4_0's own, 128 is Q8_0's; a zero of 4 at 3 bit moves the codes by 4. */
  @Test
  void wholeZerosBecomeTheFormatsOwn() {
    Matrix back = repacked(GgufBlocks.Q4_0, 4, 8);
    assertEquals(-0.5f * 8, back.at(0));
    assertEquals(0.5f * 7, back.at(15));
    assertEquals(-0.5f * 4, repacked(GgufBlocks.Q4_0, 3, 4).at(0));
    assertEquals(-0.5f * 128, repacked(GgufBlocks.Q8_0, 8, 128).at(0));
  }

  /** Codes 0, 1, 2, … with scale 0.5 through pack and dequantize. */
  private static Matrix repacked(GgufBlocks format, int bits, int zero) {
    QuantizedMatrix q = counting(bits, zero);
    Matrix back = format.dequantize(format.pack(q), q.shape());
    assertEquals(0, ErrorMetrics.between(q.dequantized(), back).maxAbs());
    return back;
  }

  private static QuantizedMatrix counting(int bits, float zero) {
    QuantSpec spec = QuantSpec.of(bits, 32).with(ZeroPoint.INTEGER);
    Codes codes = Codes.zeros(new Shape(2, 64));
    for (long i = 0; i < codes.shape().size(); i++) {
      codes.put(i, (int) (i & spec.maxCode()));
    }
    Matrix scales = Matrix.of(2, 2, 0.5f, 0.5f, 0.5f, 0.5f);
    Matrix zeros = Matrix.of(2, 2, zero, zero, zero, zero);
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  @Test
  void refusesWhatAFormatCannotHold() {
    assertEquals(
        "gguf Q4_0: the zero 6.4 of row 0, block 0 is not whole, and this format has no minimum;"
            + " use Q4_1, or quantize with integer zeros",
        refusal(() -> GgufBlocks.Q4_0.pack(counting(4, 6.4f))));
    assertEquals(
        "gguf Q4_0: code 14 with zero 6.0 in row 0, block 0 becomes 16, but codes go from 0 to 15;"
            + " use a format with more bits",
        refusal(() -> GgufBlocks.Q4_0.pack(counting(4, 6))));
    assertEquals(
        "gguf Q4_1: code 16 with zero 0.0 in row 0, block 0 becomes 16, but codes go from 0 to 15;"
            + " use a format with more bits",
        refusal(() -> GgufBlocks.Q4_1.pack(counting(8, 0))));
    QuantizedMatrix down = RoundToNearest.quantize(W, QuantSpec.of(4, 32).with(Axis.OUT));
    assertEquals(
        "gguf Q4_1: blocks hold groups of inputs without channel scales, but the solution has axis"
            + " 0 and no channel scales; quantize along axis 1, and fold channel scales into the"
            + " layer before",
        refusal(() -> GgufBlocks.Q4_1.pack(down)));
    QuantizedMatrix plain = counting(4, 8);
    QuantizedMatrix scaled =
        new QuantizedMatrix(plain.spec(), plain.codes(), plain.params(), ChannelScales.ones(64));
    assertTrue(
        refusal(() -> GgufBlocks.Q4_0.pack(scaled)).contains("has axis 1 and channel scales"));
    QuantizedMatrix small = RoundToNearest.quantize(W, QuantSpec.of(4, 16));
    assertEquals(
        "gguf Q4_1: groups of 16 are no multiple of 32, the inputs of a block; nearest that are: 32",
        refusal(() -> GgufBlocks.Q4_1.pack(small)));
  }

  @Test
  void refusesShapesAndWeightsBeyondTheFormat() {
    assertEquals(
        "gguf Q8_0: in = 100 is no multiple of 32, the inputs of a block; nearest that are: 96, 128",
        assertThrows(ShapeException.class, () -> GgufBlocks.Q8_0.quantize(Matrix.zeros(2, 100)))
            .getMessage());
    Matrix nan = Matrix.zeros(1, 32);
    nan.put(3, Float.NaN);
    assertThrows(NonFiniteException.class, () -> GgufBlocks.Q4_0.quantize(nan));
    Matrix huge = Matrix.zeros(1, 64);
    huge.put(40, 1e9f);
    assertEquals(
        "gguf Q8_0: the scale 7874015.5 of row 0, block 1 is beyond float16, which ends at 65504;"
            + " such weights need F32",
        refusal(() -> GgufBlocks.Q8_0.quantize(huge)));
    Packed packed = GgufBlocks.Q8_0.quantize(W);
    assertEquals(
        "gguf Q4_0: 32 × 136 words of 8 bits came, but a matrix of this shape is packed into"
            + " 32 × 72 words of 8",
        refusal(() -> GgufBlocks.Q4_0.dequantize(packed, W.shape())));
    assertEquals(
        "gguf Q4_1: 32 × 136 words of 8 bits came, but a matrix of this shape is packed into"
            + " 32 × 80 words of 8",
        refusal(() -> GgufBlocks.Q4_1.unpack(packed, W.shape())));
  }

  /** Weights so small that 1/d overflows: all codes are the zero's, nothing is NaN. */
  @Test
  void subnormalBlocksStayFinite() {
    Matrix tiny = Matrix.zeros(1, 32);
    tiny.put(5, Float.MIN_VALUE);
    for (GgufBlocks format : GgufBlocks.values()) {
      Matrix back = format.dequantize(format.quantize(tiny), tiny.shape());
      for (long i = 0; i < 32; i++) {
        assertEquals(0f, Math.abs(back.at(i)), format + " " + i);
      }
    }
  }

  /**
   * Of two weights of the largest magnitude the first becomes code 0, and the scale has its sign.
   */
  @Test
  void theFirstOfEqualMagnitudesSetsTheScale() {
    Matrix w = Matrix.zeros(1, 32);
    w.put(3, 1);
    w.put(9, -1);
    Matrix back = GgufBlocks.Q4_0.dequantize(GgufBlocks.Q4_0.quantize(w), w.shape());
    assertEquals(1f, back.at(3));
    assertEquals(-0.875f, back.at(9), "the grid ends a step before the other side");
  }

  /** float16's largest number is a scale; a minimum beyond it is refused as a scale is. */
  @Test
  void scaleAndMinimumEndWhereFloat16Does() {
    Matrix most = Matrix.zeros(1, 32);
    most.put(7, 65504f * 127);
    Matrix back = GgufBlocks.Q8_0.dequantize(GgufBlocks.Q8_0.quantize(most), most.shape());
    assertEquals(65504f * 127, back.at(7));
    Matrix low = Matrix.zeros(1, 32);
    low.put(7, -1e5f);
    assertEquals(
        "gguf Q4_1: the minimum -100000.0 of row 0, block 0 is beyond float16, which ends at 65504;"
            + " such weights need F32",
        refusal(() -> GgufBlocks.Q4_1.quantize(low)));
  }

  /** A matrix of more weights than one task takes is, row by row, what its rows are alone. */
  @ParameterizedTest
  @EnumSource
  void tasksMeetWithoutAGap(GgufBlocks format) {
    int cols = 1024;
    Matrix w = Matrix.zeros(41, cols);
    Random random = new Random(9);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    Packed whole = format.quantize(w);
    Codes codes = format.unpack(whole, w.shape());
    Matrix back = format.dequantize(whole, w.shape());
    for (long row = 0; row < w.shape().rows(); row++) {
      Matrix line = Matrix.of(1, cols, w.row(row));
      Packed alone = format.quantize(line);
      Matrix lineBack = format.dequantize(alone, line.shape());
      Codes lineCodes = format.unpack(alone, line.shape());
      for (long i = 0; i < cols; i++) {
        assertEquals(lineBack.at(i), back.at(row * cols + i), "row " + row);
        assertEquals(lineCodes.at(i), codes.at(row * cols + i), "row " + row);
      }
    }
  }

  @Test
  void explainsScaleMinimumAndNibbles() {
    Shape shape = new Shape(2, 64);
    GgufBlocks format = GgufBlocks.Q4_1;
    long secondBlock = 40 + 20; // row 1, block 1
    assertEquals(new BitOwner.BlockScale(1, 1, 9), format.explain(shape, secondBlock + 1).get(1));
    assertEquals(
        new BitOwner.BlockMinimum(1, 1, 0), format.explain(shape, secondBlock + 2).getFirst());
    assertEquals(
        new BitOwner.BlockMinimum(1, 1, 12), format.explain(shape, secondBlock + 3).get(4));
    assertEquals(8, format.wordBits());
    assertEquals(
        new BitOwner.Code(1, 32 + 3, 2), format.explain(shape, secondBlock + 4 + 3).get(2));
    assertEquals(
        new BitOwner.Code(1, 32 + 19, 2), format.explain(shape, secondBlock + 4 + 3).get(6));
    assertEquals(new BitOwner.Code(0, 5, 7), GgufBlocks.Q8_0.explain(shape, 2 + 5).get(7));
    assertEquals(
        "gguf Q4_1: byte 80 does not exist; a matrix of 2 × 64 is packed into 80 bytes, numbered"
            + " from 0",
        assertThrows(IndexOutOfBoundsException.class, () -> format.explain(shape, 80))
            .getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> format.explain(shape, -1));
    assertEquals(4.5, GgufBlocks.Q4_0.bitsPerWeight());
    assertEquals(5, GgufBlocks.Q4_1.bitsPerWeight());
    assertEquals(8.5, GgufBlocks.Q8_0.bitsPerWeight());
  }

  private static String refusal(org.junit.jupiter.api.function.Executable work) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, work).getMessage());
  }
}

package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.linear.QuantizedLinear;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products with codes that lie packed on the device, against core's. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuLinearTest {

  /** Of Σ |ŵ|·|x|: the order of float32's sums, and 2^b·(1 + q/2^b). */
  private static final double TOLERANCE = 1e-5;

  private final GpuDevice device = JCudaProbe.look().open(0);

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void equalsTheProcessorForAnyBatch(int bits) {
    for (int batch : new int[] {1, 2, 4, 5, 8, 9, 16}) {
      check(17, 64, QuantSpec.of(bits, 32), batch);
      check(5, 192, QuantSpec.of(bits, 64), batch);
    }
  }

  /** More units than a warp has lanes, so that inputs come to shared memory in several parts. */
  @Test
  void equalsTheProcessorOnLongRows() {
    check(3, 1216, QuantSpec.of(3, 64), 1);
    check(3, 1216, QuantSpec.of(4, QuantSpec.WHOLE), 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 20, 33})
  void equalsTheProcessorForGroupsThatFillNoUnit(int size) {
    check(6, 3L * size, QuantSpec.of(3, size), 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void dequantizesBitForBit(int bits) {
    for (int size : new int[] {5, 32, 50, 64}) {
      QuantizedMatrix weights = rounded(7, 3L * size, QuantSpec.of(bits, size));
      try (GpuLinear linear = new GpuLinear(device, weights)) {
        Gpu.assertSame(weights.dequantized(), linear.dequantized(), bits + " bits, group " + size);
      }
    }
  }

  /** On tensor cores: groups that fill tiles, rows that do not. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void equalsTheProcessorOnTensorCores(int bits) {
    StandIn.capability(80);
    for (int batch : new int[] {1, 3, 4, 5, 8, 9, 16, 17}) {
      check(17, 192, QuantSpec.of(bits, 64), batch);
    }
    check(33, 640, QuantSpec.of(bits, 128), 2);
    check(3, 320, QuantSpec.of(bits, QuantSpec.WHOLE), 5);
  }

  /** More columns than shared memory has room for inputs, more rows than a block has. */
  @Test
  void equalsTheProcessorOnTensorCoresInSlices() {
    StandIn.capability(90);
    check(300, 256, QuantSpec.of(4, 64), 1);
    check(530, 256, QuantSpec.of(4, 64), 6);
    check(16, 4096, QuantSpec.of(3, 64), 16);
  }

  /** Odd sides, more panels of inputs than one, and what the kernel leaves to the others. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void isWithinHalfFloatsRoundingForManyRows(int bits) {
    StandIn.capability(80);
    compareInHalf(rounded(19, 192, QuantSpec.of(bits, 64)), 17, 1f);
    compareInHalf(rounded(33, 320, QuantSpec.of(bits, QuantSpec.WHOLE)), 65, 1f);
    compareInHalf(rounded(5, 128, QuantSpec.of(bits, 128)), 131, 1f);
    compareInHalf(rounded(5, 128, QuantSpec.of(bits, 64)), 3, 1f);
    compareInHalf(rounded(5, 96, QuantSpec.of(bits, 32)), 17, 1f);
  }

  /** More rows than a block has, and columns that several blocks share out. */
  @Test
  void addsWhatBlocksFoundOfTheirColumns() {
    StandIn.capability(90);
    StandIn.multiprocessors(8);
    compareInHalf(rounded(300, 448, QuantSpec.of(4, 64)), 20, 1f);
  }

  /** Each row of inputs is scaled before it is rounded. */
  @ParameterizedTest
  @ValueSource(floats = {1e-30f, 1e-6f, 1e6f, 1e30f})
  void roundsInputsOfAnySize(float sigma) {
    StandIn.capability(80);
    compareInHalf(rounded(16, 128, QuantSpec.of(4, 64)), 18, sigma);
  }

  private void compareInHalf(QuantizedMatrix weights, int batch, float sigma) {
    Matrix x = Gpu.gaussian(batch, weights.shape().cols(), sigma, batch);
    compare(weights, x, GpuLinear::applyInHalf, 0x1p-11 + TOLERANCE);
  }

  /** Each 64 inputs are scaled before they are cut into half floats. */
  @ParameterizedTest
  @ValueSource(floats = {1e-30f, 1e-6f, 1e6f, 1e30f})
  void isAsPreciseForInputsOfAnySize(float sigma) {
    StandIn.capability(80);
    compare(rounded(16, 256, QuantSpec.of(4, 64)), Gpu.gaussian(2, 256, sigma, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void dequantizesTilesBitForBit(int bits) {
    StandIn.capability(80);
    for (int columns : new int[] {64, 192, 256, 320}) {
      QuantizedMatrix weights = rounded(19, columns, QuantSpec.of(bits, 64));
      try (GpuLinear linear = new GpuLinear(device, weights)) {
        Gpu.assertSame(weights.dequantized(), linear.dequantized(), bits + " bits, " + columns);
      }
    }
  }

  @Test
  void tilesTakeAsManyBytesAsRows() {
    StandIn.capability(80);
    for (int bits : new int[] {2, 3, 4, 8}) {
      try (GpuLinear linear = new GpuLinear(device, rounded(16, 256, QuantSpec.of(bits, 64)))) {
        assertEquals(16 * 256 * bits / 8 + 2 * 4 * 16 * 256 / 64, linear.bytes());
      }
    }
    assertEquals(0, StandIn.used());
  }

  @Test
  void dividesByChannelScales() {
    float[] scales = new float[64];
    SplittableRandom random = new SplittableRandom(5);
    for (int c = 0; c < scales.length; c++) {
      scales[c] = 0.5f + random.nextFloat();
    }
    QuantizedMatrix weights = rounded(4, 64, QuantSpec.of(4, 64)).under(ChannelScales.of(scales));
    compare(weights, 2);
  }

  @Test
  void readsAsManyBytesAsBitsTell() {
    for (int bits : new int[] {2, 3, 4, 8}) {
      try (GpuLinear linear = new GpuLinear(device, rounded(8, 128, QuantSpec.of(bits, 64)))) {
        assertEquals(8 * 128 * bits / 8 + 2 * 4 * 8 * 128 / 64, linear.bytes());
      }
    }
    assertEquals(0, StandIn.used());
  }

  @Test
  void refusesWhatItCannotMultiply() {
    QuantizedMatrix six = rounded(4, 64, QuantSpec.of(6, 64));
    assertEquals(
        "products on the GPU want groups of neighbouring inputs of 2, 3, 4 or 8 bits, but these are 6 bit g64",
        assertThrows(IllegalArgumentException.class, () -> new GpuLinear(device, six))
            .getMessage());
    try (GpuLinear linear = new GpuLinear(device, rounded(4, 64, QuantSpec.of(4, 64)))) {
      assertThrows(ShapeException.class, () -> linear.apply(Matrix.zeros(1, 63)));
    }
  }

  private static QuantizedMatrix rounded(long rows, long columns, QuantSpec spec) {
    return RoundToNearest.quantize(Gpu.gaussian(rows, columns, 0.05f, rows + columns), spec);
  }

  private void check(long rows, long columns, QuantSpec spec, int batch) {
    compare(rounded(rows, columns, spec), batch);
  }

  private void compare(QuantizedMatrix weights, int batch) {
    compare(weights, Gpu.gaussian(batch, weights.shape().cols(), 1f, batch));
  }

  private void compare(QuantizedMatrix weights, Matrix x) {
    compare(weights, x, GpuLinear::apply, TOLERANCE);
  }

  private void compare(
      QuantizedMatrix weights,
      Matrix x,
      BiFunction<GpuLinear, Matrix, Matrix> apply,
      double tolerance) {
    Matrix expected = QuantizedLinear.of(weights).apply(x);
    Matrix dequantized = weights.dequantized();
    try (GpuLinear linear = new GpuLinear(device, weights)) {
      Matrix actual = apply.apply(linear, x);
      for (long t = 0; t < x.rows(); t++) {
        for (long r = 0; r < weights.shape().rows(); r++) {
          double size = 0;
          for (long c = 0; c < x.cols(); c++) {
            size += Math.abs((double) dequantized.get(r, c) * x.get(t, c));
          }
          double off = Math.abs(expected.get(t, r) - actual.get(t, r));
          String where =
              "%s, batch %d: token %d, output %d".formatted(weights.spec(), x.rows(), t, r);
          assertTrue(off <= tolerance * size, where + " is off by " + off / size);
        }
      }
    }
  }
}

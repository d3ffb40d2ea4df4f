package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.backend.Twins;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every twin of the product's inner loops against their contract, bit by bit. */
class MatmulKernelTest {

  private static final int FROM_X = 3;
  private static final int FROM_W = 11;

  private record Case(MatmulKernel kernel, int strips, int depth) {
    int strideX() {
      return depth + 2;
    }

    @Override
    public String toString() {
      return "%s, %d strips, depth %d".formatted(kernel.getClass().getSimpleName(), strips, depth);
    }
  }

  private static List<MatmulKernel> twins() {
    return Twins.of(MatmulKernel.class, new ScalarMatmul());
  }

  static Stream<Case> cases() {
    return twins().stream()
        .flatMap(kernel ->
            Stream.of(1, 2, 5)
                .flatMap(strips ->
                    Stream.of(1, 3, 64, 131).map(depth -> new Case(kernel, strips, depth))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyElementIsOneChainOfFusedMultiplyAdds(Case given) {
    SplittableRandom random = new SplittableRandom(given.strips() * 1000L + given.depth());
    int columns = given.kernel().columns();
    int rows = given.strips() * given.kernel().rows();
    int stride = columns + 5;
    int at = 7;
    float[] x = gaussian(random, FROM_X + rows * given.strideX());
    float[] w = gaussian(random, FROM_W + given.depth() * columns);
    float[] before = gaussian(random, at + rows * stride);
    float[] y = before.clone();
    given
        .kernel()
        .addProduct(
            x, FROM_X, given.strideX(), given.strips(), w, FROM_W, given.depth(), y, at, stride);
    for (int i = 0; i < y.length; i++) {
      int row = (i - at) / stride;
      int column = (i - at) % stride;
      boolean inside = i >= at && column < columns;
      float expected = inside ? chain(x, w, row, column, given, before[i]) : before[i];
      assertEquals(expected, y[i], "element " + i);
    }
  }

  private static float chain(float[] x, float[] w, int row, int column, Case given, float start) {
    float sum = start;
    for (int k = 0; k < given.depth(); k++) {
      float left = x[FROM_X + row * given.strideX() + k];
      sum = Math.fma(left, w[FROM_W + k * given.kernel().columns() + column], sum);
    }
    return sum;
  }

  static Stream<Integer> lengths() {
    return Stream.of(0, 1, 15, 16, 31, 32, 33, 64, 1021);
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void aFewRowsAreSumsInThirtyTwoLanes(int length) {
    SplittableRandom random = new SplittableRandom(length);
    int rows = 3;
    int outputs = 5;
    float[] x = gaussian(random, rows * length);
    float[] w = gaussian(random, outputs * length);
    // four bytes and one off: the weights of a mapped file lie anywhere
    MemorySegment bytes = Arena.ofAuto().allocate((outputs * length + 2L) * Float.BYTES).asSlice(1);
    MemorySegment.copy(w, 0, bytes, ValueLayout.JAVA_FLOAT_UNALIGNED, Float.BYTES, w.length);
    for (MatmulKernel kernel : twins()) {
      float[] y = new float[rows * outputs];
      kernel.dots(x, rows, length, bytes, Float.BYTES, outputs, y);
      for (int i = 0; i < y.length; i++) {
        float expected = dot(x, i / outputs * length, w, i % outputs * length, length);
        assertEquals(expected, y[i], kernel.getClass().getSimpleName() + " output " + i);
      }
    }
  }

  private static float dot(float[] a, int fromA, float[] b, int fromB, int length) {
    float[] lanes = new float[MatmulKernel.DOT_LANES];
    for (int i = 0; i < length; i++) {
      lanes[i % lanes.length] = Math.fma(a[fromA + i], b[fromB + i], lanes[i % lanes.length]);
    }
    for (int half = lanes.length / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        lanes[lane] += lanes[lane + half];
      }
    }
    return lanes[0];
  }

  private static float[] gaussian(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}

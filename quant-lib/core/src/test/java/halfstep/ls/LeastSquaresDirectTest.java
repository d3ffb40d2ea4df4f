package halfstep.ls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.Twins;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.Weights;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The direct way against the rounds, with every twin of the kernel: bit for bit. */
@Tag("twin")
class LeastSquaresDirectTest {

  private static final List<LeastSquaresKernel> KERNELS =
      Twins.of(LeastSquaresKernel.class, new ScalarLeastSquares());

  /** Every group size, and with it every tail of a vector; every width. */
  @ParameterizedTest
  @MethodSource("sizes")
  void equalsTheRoundsAtEverySize(int size) {
    SplittableRandom random = new SplittableRandom(size);
    Matrix w = Matrix.zeros(3, 2 * size);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    float[] importance = new float[2 * size];
    for (int i = 0; i < importance.length; i++) {
      importance[i] = (float) random.nextDouble();
    }
    Bits bits = Bits.values()[size % Bits.values().length];
    QuantSpec spec = new QuantSpec(bits, size, Axis.IN, ZeroPoint.FLOAT);
    check(new LeastSquaresSolver(w, spec, 6));
    check(new LeastSquaresSolver(w, spec, 6, importance));
  }

  static IntStream sizes() {
    return IntStream.rangeClosed(1, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsTheRoundsOnAwkwardWeights(long seed) {
    Weights weights = Weights.of(seed).with(ZeroPoint.FLOAT);
    check(new LeastSquaresSolver(weights.w(), weights.spec(), 5));
  }

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  /**
   * What least squares costs beside HQQ, whose groups stand still after four iterations: six starts
   * go on until each stands still. One group at a time, so that no lane runs idle.
   */
  @Test
  void everyStartEndsWhenItStandsStill() {
    SplittableRandom random = new SplittableRandom(1);
    Matrix w = Matrix.zeros(128, 1024);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    for (int bits = 2; bits <= 4; bits++) {
      AtomicLong rounds = new AtomicLong();
      LeastSquaresKernel plain = new ScalarLeastSquares();
      LeastSquaresKernel counting =
          new LeastSquaresKernel() {
            @Override
            public int width() {
              return plain.width();
            }

            @Override
            public void round(Lockstep lanes) {
              rounds.incrementAndGet();
              plain.round(lanes);
            }
          };
      LeastSquaresDirect.quantize(new LeastSquaresSolver(w, QuantSpec.of(bits, 64), 20), counting);
      double each = rounds.doubleValue() * 64 / w.size();
      System.out.printf(Locale.ROOT, "least squares  %d bits: %.1f rounds a group%n", bits, each);
      // 6 starts of up to 20 fits and the rounding before them
      assertTrue(each > 6 && each < 60, bits + " bits: " + each);
    }
  }

  private static void check(LeastSquaresSolver solver) {
    QuantizedMatrix walked = solver.quantized(solver.result());
    for (LeastSquaresKernel kernel : KERNELS) {
      QuantizedMatrix direct = LeastSquaresDirect.quantize(solver, kernel);
      String where = kernel + " " + solver.spec().label();
      assertEquals(0, walked.codes().countDifferent(direct.codes()), where + ": codes");
      for (long g = 0; g < walked.params().groups(); g++) {
        assertEquals(walked.params().scale(g), direct.params().scale(g), where + " scale " + g);
        assertEquals(walked.params().zero(g), direct.params().zero(g), where + " zero " + g);
      }
    }
  }
}

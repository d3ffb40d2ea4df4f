package halfstep.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.ChannelScales;
import halfstep.quant.GroupIndex;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import halfstep.testing.Golden;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private static final Matrix W = Golden.open("hqq/gauss").matrix("W");

  @Test
  void cosineIsThatOfTheAngle() {
    Matrix east = Matrix.of(1, 2, 2, 0);
    assertEquals(Math.sqrt(0.5), cosine(east, Matrix.of(1, 2, 3, 3)), 1e-12);
    assertEquals(-1, cosine(east, Matrix.of(1, 2, -1, 0)), 1e-12);
    assertEquals(0, cosine(east, Matrix.of(1, 2, 0, 5)), 1e-12);
    assertEquals(0, cosine(east, Matrix.zeros(1, 2)));
    assertEquals(0, cosine(Matrix.zeros(1, 2), east));
    assertEquals(1, cosine(Matrix.zeros(1, 2), Matrix.zeros(1, 2)));
  }

  @Test
  void signalToNoiseOfNothingIsMinusInfinity() {
    ErrorMetrics metrics = ErrorMetrics.between(Matrix.zeros(1, 2), Matrix.of(1, 2, 0, 1));
    assertEquals(Double.NEGATIVE_INFINITY, metrics.sqnrDb());
    assertEquals(Double.POSITIVE_INFINITY, metrics.relativeFrobenius());
    assertEquals(
        "mean |e| 5.0000e-01, relative Infinity, SQNR -Infinity dB, max |e| 1.0000e+00",
        metrics.toString());
  }

  @Test
  void meanLpIsThatOfTheDefinition() {
    Matrix w = Matrix.of(1, 4, 1, 2, 3, 4);
    Matrix a = Matrix.of(1, 4, 1, 3, 7, 4);
    assertEquals((1 + 2) / 4.0, ErrorMetrics.meanLp(w, a, 0.5), 1e-12);
    assertEquals(ErrorMetrics.between(w, a).meanAbs(), ErrorMetrics.meanLp(w, a, 1), 1e-12);
    assertEquals(ErrorMetrics.between(w, a).meanSquare(), ErrorMetrics.meanLp(w, a, 2), 1e-12);
    assertEquals(
        "p 0.0 is not positive",
        assertThrows(IllegalArgumentException.class, () -> ErrorMetrics.meanLp(w, a, 0))
            .getMessage());
  }

  /** A layer of twelve times the weights counts twelve times. */
  @Test
  void bitsPerWeightAreAMeanOverWeights() {
    assertEquals(
        (3.5 * 8 + 5 * 96) / 104, LayerError.bitsPerWeight(List.of(cost(2, 3.5), cost(24, 5))));
    assertTrue(Double.isNaN(LayerError.bitsPerWeight(List.of())));
  }

  private static LayerError cost(int rows, double bits) {
    ErrorMetrics none = ErrorMetrics.between(Matrix.zeros(1, 1), Matrix.zeros(1, 1));
    return new LayerError(
        "w", new Shape(rows, 4), new Rtn(), QuantSpec.of(3, 4), bits, none, OptionalDouble.empty());
  }

  @Test
  void groupErrorsAddUpToTheMatrix() {
    for (Axis axis : Axis.values()) {
      QuantSpec spec = QuantSpec.of(3, 64).with(axis);
      Matrix back = RoundToNearest.quantize(W, spec).dequantized();
      GroupErrors groups = GroupErrors.between(W, back, spec);
      ErrorMetrics whole = ErrorMetrics.between(W, back);
      assertEquals(256, groups.groups());
      assertEquals(whole.meanSquare(), mean(groups.meanSquares()), 1e-12);
      assertEquals(whole.meanAbs(), mean(groups.meanAbsolutes()), 1e-12);
      List<Integer> worst = groups.worst(3);
      assertEquals(3, worst.size());
      for (double error : groups.meanSquares()) {
        assertTrue(error <= groups.get(worst.getFirst()).meanSquare());
      }
    }
  }

  @Test
  void groupErrorsFindTheGroupThatWasHurt() {
    Matrix hurt = W.copy();
    hurt.set(5, 130, 9f);
    GroupErrors errors = GroupErrors.between(W, hurt, QuantSpec.of(4, 64));
    assertEquals(List.of(5 * 4 + 2), errors.worst(1));
    assertEquals(0, errors.get(0).meanSquare());
    assertTrue(errors.toString().startsWith("256 groups, mean squared error 0.000e+00"));
  }

  @Test
  void aClearDifferenceIsDecidedAndNoiseIsNot() {
    SplittableRandom random = new SplittableRandom(1);
    double[] first = new double[200];
    double[] better = new double[200];
    double[] same = new double[200];
    for (int i = 0; i < first.length; i++) {
      first[i] = 1 + random.nextGaussian();
      better[i] = first[i] - 0.05 + 0.1 * random.nextGaussian();
      same[i] = first[i] + 0.1 * random.nextGaussian();
    }
    PairedComparison clear = PairedComparison.of(better, first, 7);
    assertEquals(-0.05, clear.meanDifference(), 0.03);
    assertTrue(clear.low() < clear.meanDifference() && clear.meanDifference() < clear.high());
    assertTrue(clear.isDecided(), clear.toString());
    PairedComparison worse = PairedComparison.of(first, better, 7);
    assertTrue(worse.low() > 0 && worse.isDecided(), "the other way round");
    assertFalse(PairedComparison.of(same, first, 7).isDecided());
    assertEquals(200, clear.n());
  }

  /** Nineteen of twenty intervals should hold the true difference; 200 trials, binomial slack. */
  @Test
  void intervalsHoldTheTruthAboutAsOftenAsTheySay() {
    SplittableRandom random = new SplittableRandom(2);
    int holds = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] first = new double[60];
      for (int i = 0; i < first.length; i++) {
        first[i] = 0.3 + random.nextGaussian();
      }
      PairedComparison c = PairedComparison.of(first, new double[60], trial);
      holds += c.low() <= 0.3 && 0.3 <= c.high() ? 1 : 0;
    }
    assertTrue(holds >= 178 && holds <= 199, holds + " of 200");
  }

  @Test
  void theSameSeedGivesTheSameInterval() {
    double[] first = {1, 2, 4, 8, 16};
    double[] second = {1, 3, 3, 9, 12};
    PairedComparison once = PairedComparison.of(first, second, 42);
    assertEquals(once, PairedComparison.of(first, second, 42));
    assertEquals(0.6, once.meanDifference(), 1e-12);
    assertEquals(
        "+6.000e-01 [-8.000e-01, +2.400e+00], n = 5",
        new PairedComparison(0.6, -0.8, 2.4, 5).toString());
  }

  @Test
  void refusesWhatCannotBePaired() {
    assertEquals(
        "3 errors beside 2 cannot be compared in pairs; both need the same length, at least 2",
        refusal(new double[3], new double[2]));
    assertEquals(
        "1 errors beside 1 cannot be compared in pairs; both need the same length, at least 2",
        refusal(new double[1], new double[1]));
    assertEquals(
        "pair 1 is NaN and 0.0; errors must be finite",
        refusal(new double[] {0, Double.NaN}, new double[2]));
  }

  @Test
  void anInterruptStopsTheBootstrap() {
    Thread.currentThread().interrupt();
    try {
      assertThrows(
          InterruptedWork.class,
          () -> PairedComparison.of(new double[] {1, 2}, new double[] {2, 1}, 1));
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void refusesOtherShapes() {
    assertEquals(
        "this matrix is 1 × 3, but the weights' matrix is 1 × 2; the two must agree",
        assertThrows(
                ShapeException.class,
                () -> OutputError.of(W, Matrix.zeros(1, 2), Matrix.zeros(1, 3)))
            .getMessage());
  }

  private static String refusal(double[] first, double[] second) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> PairedComparison.of(first, second, 1))
            .getMessage());
  }

  private static double cosine(Matrix one, Matrix other) {
    return ErrorMetrics.between(one, other).cosine();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Some rows at a time, with a last part that is smaller, and where groups go across rows. */
  @Test
  void codesAreComparedWithoutDequantizingThemWhole() {
    Matrix w = Matrix.zeros(1100, 1024);
    SplittableRandom random = new SplittableRandom(4);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    for (QuantSpec spec :
        List.of(
            QuantSpec.of(3, 64),
            new QuantSpec(Bits.THREE, QuantSpec.WHOLE, Axis.IN, ZeroPoint.FLOAT),
            new QuantSpec(Bits.THREE, QuantSpec.TENSOR, Axis.IN, ZeroPoint.FLOAT),
            new QuantSpec(Bits.THREE, 44, Axis.OUT, ZeroPoint.FLOAT))) {
      QuantizedMatrix codes = RoundToNearest.quantize(w, spec);
      assertEquals(
          ErrorMetrics.between(w, codes.dequantized()),
          ErrorMetrics.between(w, codes),
          spec.label());
    }
  }

  @Test
  void rowsAreReadAsTheyAreDequantized() {
    Matrix w = W.rows(0, 7);
    int in = Math.toIntExact(w.cols());
    QuantizedMatrix plain = RoundToNearest.quantize(w, QuantSpec.of(3, 32));
    float[] factors = new float[in];
    int[] groups = new int[in];
    for (int c = 0; c < in; c++) {
      factors[c] = 0.5f + c % 7;
      groups[c] = c * 5 % (in / 32);
    }
    QuantizedMatrix scaled = plain.under(ChannelScales.of(factors));
    QuantizedMatrix ordered =
        new QuantizedMatrix(
            plain.spec(), plain.codes(), plain.params(), null, GroupIndex.of(groups));
    for (QuantizedMatrix q : List.of(plain, scaled, ordered)) {
      float[] row = new float[in];
      for (long r = 0; r < w.rows(); r++) {
        q.readRow(r, row);
        assertArrayEquals(q.dequantized().row(r), row);
      }
    }
  }
}

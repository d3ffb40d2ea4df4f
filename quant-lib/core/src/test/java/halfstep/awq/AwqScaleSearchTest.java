package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AwqScaleSearchTest {

  private static final QuantSpec SPEC = QuantSpec.of(3, 64).with(ZeroPoint.INTEGER);
  private static final Matrix W = gaussian(48, 128, 0.02f, new int[0]);
  private static final Matrix X = gaussian(96, 128, 1f, new int[] {5, 77});

  private static AwqScaleSearch search(Awq config) {
    Inspected layer = weights -> Matmul.timesTransposed(X, weights.getFirst());
    return new AwqScaleSearch(List.of(W), SPEC, config, Activations.of(X), layer);
  }

  @Test
  void findsScalesThatBeatPlainRoundingWhereChannelsAreSalient() {
    AwqScaleSearch search = search(Awq.DEFAULT);
    AwqStep best = search.best();
    assertTrue(
        best.outputMse() < 0.5 * search.identity().outputMse(), best + " " + search.identity());
    assertArrayEquals(new int[] {5, 77}, sorted(search.salience().top(2.0 / 128)));
    assertEquals(best.outputMse(), search.step(best.index()).outputMse());
  }

  /** More tokens than inputs: no output is computed, and nothing else changes. */
  @Test
  void aLayerOfItsOwnIsJudgedByItsInputsGramMatrix() {
    Matrix x = gaussian(700, 128, 1f, new int[] {5, 77});
    Inspected outputs = weights -> Matmul.timesTransposed(x, weights.getFirst());
    Activations activations = Activations.of(x);
    AwqScaleSearch slow = new AwqScaleSearch(List.of(W), SPEC, Awq.DEFAULT, activations, outputs);
    AwqScaleSearch fast =
        new AwqScaleSearch(List.of(W), SPEC, Awq.DEFAULT, activations, Inspected.layer(x));
    assertEquals(slow.best().index(), fast.best().index());
    for (int i = 0; i < Awq.DEFAULT.gridSize(); i++) {
      double loss = slow.step(i).outputMse();
      assertEquals(loss, fast.step(i).outputMse(), 2e-6 * loss, "ratio " + i);
    }
  }

  @Test
  void keepsAllTwentyPoints() {
    List<AwqStep> steps = search(Awq.DEFAULT).steps().toList();
    assertEquals(20, steps.size());
    assertEquals(0.95f, steps.getLast().ratio());
    assertTrue(steps.stream().allMatch(s -> s.outputMse() > 0));
  }

  /** Ratio 0 without duo scaling is no scaling at all; with it, it is not. */
  @Test
  void onlyTheActivationGridHoldsPlainRounding() {
    AwqScaleSearch alone = search(new Awq(20, false));
    assertEquals(alone.identity().outputMse(), alone.step(0).outputMse());
    assertTrue(search(Awq.DEFAULT).step(0).scales().get(0) != 1f);
  }

  @Test
  void quantizedIsWhatTheLossWasMeasuredOn() {
    AwqScaleSearch search = search(Awq.DEFAULT);
    AwqStep best = search.best();
    QuantizedMatrix q = search.quantized(0, best);
    Matrix y = Matmul.timesTransposed(X, W);
    Matrix rounded = Matmul.timesTransposed(X, q.dequantized());
    double mse = ErrorMetrics.between(y, rounded).meanSquare();
    assertEquals(best.outputMse(), mse, 1e-4 * mse);
  }

  /** By hand: |w| over the largest of its group of two, the mean over both rows. */
  @Test
  void weightMagnitudesAreSharesOfTheirGroupsLargest() {
    Matrix w = Matrix.of(2, 4, 1, -2, 0, 1e-6f, 3, 3, 1, -1);
    Matrix x = Matrix.of(1, 4, 1, 1, 1, 1);
    AwqScaleSearch search =
        new AwqScaleSearch(
            List.of(w),
            QuantSpec.of(3, 2).with(ZeroPoint.INTEGER),
            Awq.DEFAULT,
            Activations.of(x),
            weights -> Matmul.timesTransposed(x, weights.getFirst()));
    // 1e-6 / (1e-6 + 1e-6) = ½
    assertArrayEquals(new float[] {0.75f, 1, 0.5f, 0.75f}, search.weightMagnitude(), 2e-6f);
  }

  @Test
  void anInterruptStopsItBeforeTheNextRatio() {
    AwqScaleSearch search = search(Awq.DEFAULT);
    Thread.currentThread().interrupt();
    assertEquals(
        "the AWQ scale search was interrupted",
        assertThrows(InterruptedWork.class, () -> search.step(0)).getMessage());
    assertTrue(Thread.interrupted());
  }

  /** Finite inputs whose squares float32 cannot hold: said at once, not by losses of NaN. */
  @Test
  void refusesInputsWhoseSquaresOverflow() {
    Matrix x = Matrix.zeros(200, 128);
    x.set(3, 7, 1e30f);
    String refusal =
        String.valueOf(
            assertThrows(
                    NonFiniteException.class,
                    () ->
                        new AwqScaleSearch(
                            List.of(W), SPEC, Awq.DEFAULT, Activations.of(x), Inspected.layer(x)))
                .getMessage());
    assertTrue(refusal.startsWith("the Gram matrix of the layer's inputs: 1 of 16384"), refusal);
  }

  @Test
  void refusesFloatZerosAndOtherChannels() {
    Inspected none = weights -> X;
    QuantSpec floats = QuantSpec.of(3, 64);
    assertEquals(
        "AWQ rounds on integer zeros along axis 1, but the specification says FLOAT zeros along"
            + " axis 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> new AwqScaleSearch(List.of(W), floats, Awq.DEFAULT, Activations.of(X), none))
            .getMessage());
    Activations other = new Activations(64);
    assertEquals(
        "weights are 48 × 128 but their activations have 64 channels; in must agree",
        assertThrows(
                ShapeException.class,
                () -> new AwqScaleSearch(List.of(W), SPEC, Awq.DEFAULT, other, none))
            .getMessage());
  }

  @Test
  void statisticsDoNotDependOnTheOrderOfBatches() {
    Activations forward = new Activations(128);
    forward.add(X.rows(0, 40));
    forward.add(X.rows(40, 96));
    Activations backward = new Activations(128);
    backward.add(X.rows(40, 96));
    backward.add(X.rows(0, 40));
    assertArrayEquals(forward.meanAbsolute(), backward.meanAbsolute(), 1e-7f);
    assertEquals(96, forward.tokens());
    assertEquals(
        "no token reached this layer; calibrate with more or longer text",
        assertThrows(IllegalStateException.class, () -> new Activations(3).meanAbsolute())
            .getMessage());
    assertEquals(
        "activations of 96 × 128 have 128 channels, but earlier ones had 3",
        assertThrows(ShapeException.class, () -> new Activations(3).add(X)).getMessage());
  }

  private static int[] sorted(int[] values) {
    int[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  private static Matrix gaussian(int rows, int cols, float sigma, int[] salient) {
    Random random = new Random(11);
    Matrix w = Matrix.zeros(rows, cols);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian() * sigma);
    }
    for (int c : salient) {
      for (int r = 0; r < rows; r++) {
        w.set(r, c, w.get(r, c) * 30);
      }
    }
    return w;
  }
}

package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.calib.Activations;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AwqBootstrapTest {

  private static final QuantSpec SPEC = QuantSpec.of(3, 16).with(ZeroPoint.INTEGER);
  private static final Matrix W = Examples.gaussian(24, 32, 0.05f, 1);

  @Test
  void sameSeedSameAnswerAndChoiceInside() {
    AwqScaleSearch search = search(inputs(8, false), 8);
    List<AwqStep> steps = search.steps().toList();
    AwqBootstrap first = search.bootstrap(steps, 200, 0.95, new Random(1));
    AwqBootstrap again = search.bootstrap(steps, 200, 0.95, new Random(1));
    assertEquals(first, again);
    AwqStep best = search.best();
    assertTrue(first.ratio().holds(best.ratio()), first + " " + best.ratio());
    assertEquals(200, first.timesChosen().stream().mapToInt(Integer::intValue).sum());
    assertTrue(first.share(best.index()) > 0);
    int held = 0;
    for (int c = 0; c < 32; c++) {
      held += first.scales().get(c).holds(best.scales().get(c)) ? 1 : 0;
    }
    assertTrue(held >= 30, "intervals that hold the scale chosen: " + held + " of 32");
  }

  /** Windows that disagree leave the choice open; more of the same settle it. */
  @Test
  void intervalsTellSureFromUnsure() {
    AwqBootstrap alike = bootstrap(inputs(8, false), 8);
    AwqBootstrap unlike = bootstrap(inputs(8, true), 8);
    assertTrue(
        unlike.scales().get(3).factor() > 2 * alike.scales().get(3).factor(), alike + " " + unlike);
    assertTrue(alike.scales().get(3).factor() >= 1);
  }

  /** Each window drawn exactly once is the whole set: the losses are those of the search. */
  @Test
  void windowLossesAddUp() {
    Matrix x = inputs(4, false);
    AwqStep kept = search(x, 4).step(7);
    AwqStep whole =
        new AwqScaleSearch(
                List.of(W),
                SPEC,
                Awq.DEFAULT,
                Activations.of(x),
                weights -> Matmul.timesTransposed(x, weights.getFirst()))
            .step(7);
    assertEquals(4, kept.losses().windows());
    assertEquals(1, whole.losses().windows());
    assertEquals(whole.outputMse(), kept.outputMse(), 1e-12 * whole.outputMse());
    assertEquals(kept.outputMse(), kept.losses().mean(new int[] {1, 1, 1, 1}), 0);
    double mean = 0;
    for (int w = 0; w < 4; w++) {
      mean += kept.losses().mean(w) / 4;
    }
    assertEquals(kept.outputMse(), mean, 1e-12);
    assertEquals(kept.losses().mean(2), kept.losses().mean(new int[] {0, 0, 3, 0}), 1e-15);
    assertTrue(kept.losses().toString().endsWith("over 4 windows"));
  }

  @Test
  void windowsWithoutTokensAreNoHindrance() {
    Matrix x = inputs(4, false);
    AwqScaleSearch search =
        new AwqScaleSearch(
            List.of(W),
            SPEC,
            new Awq(4, false),
            Activations.perWindow(x, 40, 0, 40),
            weights -> Matmul.timesTransposed(x, weights.getFirst()));
    AwqBootstrap report = search.bootstrap(search.steps().toList(), 50, 0.9, new Random(2));
    assertTrue(report.toString().startsWith("ratio 0."), report.toString());
    assertTrue(report.scales().stream().allMatch(s -> Double.isFinite(s.factor())));
  }

  @Test
  void refusals() {
    Matrix x = inputs(4, false);
    AwqScaleSearch one = search(x, 1);
    assertEquals(
        "1 calibration window cannot show how the choice varies; search over at least 2 windows",
        assertThrows(
                IllegalArgumentException.class,
                () -> one.bootstrap(one.steps().toList(), 10, 0.95, new Random(1)))
            .getMessage());
    AwqScaleSearch silent =
        new AwqScaleSearch(
            List.of(W),
            SPEC,
            new Awq(2, false),
            Activations.perWindow(x, 80, 0),
            weights -> Matmul.timesTransposed(x, weights.getFirst()));
    assertThrows(
        IllegalArgumentException.class,
        () -> silent.bootstrap(silent.steps().toList(), 10, 0.95, new Random(1)),
        "a window without tokens is none");
    AwqScaleSearch four = search(x, 4);
    AwqStep foreign = new AwqStep(0, 0.5f, ChannelScales.ones(32), 1.0);
    assertEquals(
        "the step of ratio 0.5 keeps the losses of 1 windows, but the search has 4; give its own"
            + " steps",
        assertThrows(
                IllegalArgumentException.class,
                () -> four.bootstrap(List.of(foreign), 10, 0.95, new Random(1)))
            .getMessage());
    List<AwqStep> steps = four.steps().toList();
    assertEquals(
        "0 resamples at level 0.95; take at least 1, and a level inside (0, 1)",
        assertThrows(
                IllegalArgumentException.class, () -> four.bootstrap(steps, 0, 0.95, new Random(1)))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> four.bootstrap(steps, 10, 1.0, new Random(1)));
    assertThrows(
        IllegalArgumentException.class, () -> four.bootstrap(steps, 10, 0.0, new Random(1)));
    assertEquals(
        "the inspected output is 3 × 1, but the windows hold 80 tokens; one row per token",
        assertThrows(
                ShapeException.class,
                () ->
                    new AwqScaleSearch(
                            List.of(W),
                            SPEC,
                            Awq.DEFAULT,
                            Activations.perWindow(x, 40, 40),
                            weights -> Matrix.zeros(3, 1))
                        .step(0))
            .getMessage());
  }

  private static AwqBootstrap bootstrap(Matrix x, int windows) {
    AwqScaleSearch search = search(x, windows);
    return search.bootstrap(search.steps().toList(), 200, 0.95, new Random(3));
  }

  private static AwqScaleSearch search(Matrix x, int windows) {
    int[] lengths = new int[windows];
    Arrays.fill(lengths, (int) x.rows() / windows);
    return new AwqScaleSearch(
        List.of(W),
        SPEC,
        Awq.DEFAULT,
        Activations.perWindow(x, lengths),
        weights -> Matmul.timesTransposed(x, weights.getFirst()));
  }

  /** Eight windows' worth of tokens; channel 3 may be strong in the first window alone. */
  private static Matrix inputs(int windows, boolean disagreeing) {
    Matrix x = Examples.gaussian(20 * windows, 32, 1f, 2);
    for (int t = 0; disagreeing && t < 20; t++) {
      x.set(t, 3, 200f);
    }
    return x;
  }
}

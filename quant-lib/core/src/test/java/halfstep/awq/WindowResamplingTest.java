package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.awq.AwqBootstrap.Interval;
import halfstep.calib.Activations;
import halfstep.quant.ChannelScales;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Two windows and two ratios, drawn as written down: every number can be had by hand. */
class WindowResamplingTest {

  /** One token with means (1, 4), three tokens with means (4, 1). */
  private static final List<Activations> WINDOWS =
      List.of(
          Activations.of(Matrix.of(1, 2, 1, -4)),
          Activations.of(Matrix.of(3, 2, -4, 1, 4, 1, 4, -1)));

  private static final ScaleRule RULE = new ScaleRule(new float[] {1, 1}, false);

  /** Ratio 0 loses 1 in the first window and 4 in the second, ratio 0.5 loses 9 and 1. */
  private static final List<AwqStep> STEPS =
      List.of(step(0, 0f, 1, 2, 2, 2), step(1, 0.5f, 3, 1, -1, 1));

  private static AwqStep step(int index, float ratio, float... differences) {
    return step(index, ratio, new long[] {1, 3}, differences);
  }

  private static AwqStep step(int index, float ratio, long[] rows, float... differences) {
    WindowLosses losses =
        WindowLosses.between(Matrix.zeros(4, 1), Matrix.of(4, 1, differences), rows);
    return new AwqStep(index, ratio, ChannelScales.ones(2), losses);
  }

  /** Draws what it was given, in order. */
  private static final class Scripted implements RandomGenerator {
    private final int[] draws;
    private int next;

    Scripted(int... draws) {
      this.draws = draws;
    }

    @Override
    public int nextInt(int bound) {
      return draws[next++];
    }

    @Override
    public long nextLong() {
      throw new AssertionError("windows are drawn by their numbers");
    }
  }

  /**
   * The first window twice has losses 1 and 9, once each 13/4 and 12/4, the second twice 4 and 1;
   * salience is (13/4, 7/4) where both are drawn.
   */
  @Test
  void eachResampleChoosesByItsOwnWindows() {
    Scripted draws = new Scripted(0, 0, 0, 1, 1, 0, 1, 1, 1, 1);
    AwqBootstrap middle = new WindowResampling(RULE, WINDOWS, STEPS).run(5, 0.3, draws);
    assertEquals(List.of(1, 4), middle.timesChosen());
    assertEquals(0.2, middle.share(0), 1e-12);
    // of 0, ½, ½, ½, ½ the second and the fourth
    assertEquals(new Interval(0.5, 0.5), middle.ratio());
    // 1, (13/7)^¼ twice, 4^¼ twice, and their inverses
    assertInterval(Math.pow(13 / 7.0, 0.25), Math.sqrt(2), middle.scales().get(0));
    assertInterval(Math.sqrt(0.5), Math.pow(7 / 13.0, 0.25), middle.scales().get(1));
    Scripted again = new Scripted(0, 0, 0, 1, 1, 0, 1, 1, 1, 1);
    AwqBootstrap wide = new WindowResampling(RULE, WINDOWS, STEPS).run(5, 0.9, again);
    assertEquals(new Interval(0, 0.5), wide.ratio());
    assertInterval(1, Math.sqrt(2), wide.scales().get(0));
    assertInterval(Math.sqrt(0.5), 1, wide.scales().get(1));
    assertEquals(
        "ratio 0.00 … 0.50 in 90 % of 5 resamples; 2 channels, scales uncertain by a factor of up"
            + " to 1.41",
        wide.toString());
  }

  /** A resample without a single token shows nothing; it is drawn again. */
  @Test
  void someTokenIsAlwaysDrawn() {
    List<Activations> windows = new ArrayList<>(WINDOWS);
    windows.add(new Activations(2));
    long[] rows = {1, 3, 0};
    List<AwqStep> steps = List.of(step(0, 0f, rows, 1, 2, 2, 2), step(1, 0.5f, rows, 3, 1, 1, 1));
    Scripted draws = new Scripted(2, 2, 2, 2, 0, 2);
    AwqBootstrap one = new WindowResampling(RULE, windows, steps).run(1, 0.95, draws);
    assertEquals(List.of(1, 0), one.timesChosen());
    assertEquals(new Interval(0, 0), one.ratio());
  }

  /** More channels than one core takes at a time. */
  @Test
  void everyChannelHasAnInterval() {
    float[] first = new float[300];
    float[] second = new float[300];
    for (int c = 0; c < 300; c++) {
      first[c] = c < 150 ? 1 : 4;
      second[c] = 5 - first[c];
    }
    float[] ones = new float[300];
    Arrays.fill(ones, 1f);
    List<Activations> windows =
        List.of(
            Activations.of(Matrix.of(1, 300, first)), Activations.of(Matrix.of(1, 300, second)));
    List<AwqStep> steps = List.of(step(0, 0.5f, new long[] {2, 2}, 1, 1, 1, 1));
    AwqBootstrap both =
        new WindowResampling(new ScaleRule(ones, false), windows, steps)
            .run(2, 0.95, new Scripted(0, 0, 1, 1));
    for (int c = 0; c < 300; c++) {
      assertInterval(Math.sqrt(0.5), Math.sqrt(2), both.scales().get(c));
    }
  }

  @Test
  void theFirstOfEqualLossesIsChosen() {
    List<AwqStep> equal = List.of(step(0, 0f, 1, 1, 1, 1), step(1, 0.5f, 1, -1, 1, -1));
    AwqBootstrap one = new WindowResampling(RULE, WINDOWS, equal).run(1, 0.95, new Scripted(0, 1));
    assertEquals(List.of(1, 0), one.timesChosen());
  }

  /** A window that was not drawn has no say, were its loss infinite. */
  @Test
  void whatWasNotDrawnDoesNotCount() {
    WindowLosses losses = step(0, 0f, Float.POSITIVE_INFINITY, 2, 2, 2).losses();
    assertEquals(4, losses.mean(new int[] {0, 2}));
    assertEquals(Double.POSITIVE_INFINITY, losses.mean(new int[] {1, 1}));
  }

  @Test
  void outputsOfAnotherShapeAreRefused() {
    assertEquals(
        "this matrix is 4 × 2, but the original output is 4 × 1; the two must agree",
        assertThrows(
                ShapeException.class,
                () ->
                    WindowLosses.between(Matrix.zeros(4, 1), Matrix.zeros(4, 2), new long[] {1, 3}))
            .getMessage());
  }

  private static void assertInterval(double low, double high, Interval actual) {
    assertEquals(low, actual.low(), 1e-6);
    assertEquals(high, actual.high(), 1e-6);
  }
}

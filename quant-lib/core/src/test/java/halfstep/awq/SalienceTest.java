package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.calib.Activations;
import halfstep.tensor.Matrix;
import org.junit.jupiter.api.Test;

class SalienceTest {

  private static final Salience FOUR =
      Salience.of(Activations.of(Matrix.of(2, 4, 1, -8, 2, 4, -3, 8, 2, 0)));

  @Test
  void channelsAreOrderedByTheirMeanMagnitude() {
    assertArrayEquals(new float[] {2, 8, 2, 2}, FOUR.toArray());
    assertEquals(8, FOUR.get(1));
    assertArrayEquals(new int[] {1, 0, 2, 3}, FOUR.top(1), "equal ones as they come");
    assertArrayEquals(new int[] {1, 0}, FOUR.top(0.5));
    assertArrayEquals(new int[] {1}, FOUR.top(0), "one at least");
  }

  @Test
  void theStrongestCarryTheirShare() {
    assertEquals(8 / 14.0, FOUR.shareOfTop(0.25), 1e-12);
    assertEquals(1, FOUR.shareOfTop(1), 1e-12);
    assertEquals(4, FOUR.maxOverMedian());
    assertEquals(
        "Salience of 4 channels, max/median 4.00, strongest 1 % carry 57.1 %", FOUR.toString());
  }

  @Test
  void nothingIsCarriedWhereNothingFlows() {
    assertEquals(0, Salience.of(Activations.of(Matrix.zeros(3, 4))).shareOfTop(0.5));
  }

  /** Intervals are closed, and know what is outside. */
  @Test
  void anIntervalHoldsItsEnds() {
    AwqBootstrap.Interval interval = new AwqBootstrap.Interval(0.25, 0.5);
    assertEquals(true, interval.holds(0.25));
    assertEquals(true, interval.holds(0.5));
    assertEquals(false, interval.holds(0.24));
    assertEquals(false, interval.holds(0.51));
    assertEquals(2, interval.factor());
  }
}

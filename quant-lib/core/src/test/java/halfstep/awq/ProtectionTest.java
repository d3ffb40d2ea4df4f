package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.OutputError;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtectionTest {

  /** Channel 1 is loud, channel 2 heavy. */
  private static final Matrix X = Matrix.of(2, 4, 1, 10, 1, 2, -1, 10, 1, -1);

  private static final Matrix W = Matrix.of(2, 4, 1, 1, 5, 1, 1, 1, 5, 1);
  private static final Matrix Q = Matrix.of(2, 4, 1.5f, 1.5f, 5.5f, 1.5f, 1.5f, 1.5f, 5.5f, 1.5f);

  private static Matrix with(int channel) {
    Matrix mixed = Q.copy();
    for (int row = 0; row < 2; row++) {
      mixed.set(row, channel, W.get(row, channel));
    }
    return mixed;
  }

  @Test
  void eachRuleKeepsItsChannels() {
    Protection protection = Protection.of(X, W, Q, 0.25, 40, new Random(1));
    assertEquals(1, protection.kept());
    assertEquals(4, protection.channels());
    assertEquals(OutputError.of(X, W, Q), protection.none());
    assertEquals(OutputError.of(X, W, with(1)), protection.byActivation());
    assertEquals(OutputError.of(X, W, with(2)), protection.byWeight());
    assertEquals(40, protection.atRandom().size());
    assertEquals(4, protection.atRandom().stream().distinct().count(), "every channel is drawn");
    double mean = protection.atRandom().stream().mapToDouble(OutputError::relative).sum() / 40;
    assertEquals(mean, protection.meanAtRandom(), 1e-12);
    assertTrue(protection.byActivation().relative() < 0.5 * protection.byWeight().relative());
  }

  /** Channel 2 is heavy in the second row alone, channel 0 in the first, but less so. */
  @Test
  void everyRowCountsForAChannelsWeight() {
    Matrix w = Matrix.of(2, 4, 4, 1, 0, 1, 1, 1, 5, 1);
    Matrix q = Matrix.of(2, 4, 3, 1, 0, 1, 1, 1, 3, 1);
    Matrix kept = Matrix.of(2, 4, 3, 1, 0, 1, 1, 1, 5, 1);
    Protection one = Protection.of(X, w, q, 0.25, 1, new Random(1));
    assertEquals(OutputError.of(X, w, kept), one.byWeight());
    assertEquals(one.atRandom().getFirst().relative(), one.meanAtRandom());
  }

  @Test
  void itsTextNamesEveryError() {
    Protection protection =
        new Protection(
            1,
            4,
            new OutputError(1, 0.5, 1),
            new OutputError(1, 0.25, 1),
            new OutputError(1, 0.375, 1),
            List.of(new OutputError(1, 0.4, 1), new OutputError(1, 0.5, 1)));
    assertEquals(
        "relative output error 0.5000; keeping 1 of 4 channels by activation 0.2500, by weight"
            + " 0.3750, at random 0.4500",
        protection.toString());
  }

  @Test
  void keepingAllLeavesNoError() {
    Protection all = Protection.of(X, W, Q, 1, 2, new Random(1));
    assertEquals(0, all.byActivation().relative());
    assertEquals(0, all.byWeight().relative());
    assertEquals(0, all.meanAtRandom());
    assertEquals(1.5f, Q.get(0, 0), "the quantized weights are not modified");
  }

  @Test
  void wrongShapesAreRefused() {
    Matrix narrow = Matrix.of(2, 3, 1, 1, 1, 1, 1, 1);
    assertThrows(ShapeException.class, () -> Protection.of(X, W, narrow, 0.25, 1, new Random(1)));
    assertThrows(
        IllegalArgumentException.class, () -> Protection.of(X, W, Q, 0.25, 0, new Random(1)));
  }
}

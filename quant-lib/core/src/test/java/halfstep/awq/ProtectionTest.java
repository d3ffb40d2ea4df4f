package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.OutputError;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
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
    assertTrue(protection.byActivation().relative() < 0.5 * protection.byWeight().relative());
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

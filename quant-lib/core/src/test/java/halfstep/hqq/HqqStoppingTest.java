package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import org.junit.jupiter.api.Test;

/** Where the walk ends, read off the errors by hand, and how a device's errors add up. */
class HqqStoppingTest {

  private static int end(EarlyStop rule, double... errors) {
    return HqqStopping.resultIndex(errors, new Hqq(0.7f, 10f, errors.length, rule));
  }

  /** The third error is no smaller than the second: the library still takes that step. */
  @Test
  void theWalkEndsAfterTheStepThatDidNotImprove() {
    assertEquals(3, end(EarlyStop.KEEP_LAST, 3, 2, 2, 1));
    assertEquals(1, end(EarlyStop.RESTORE_BEST, 3, 2, 2, 1));
    assertEquals(4, end(EarlyStop.OFF, 3, 2, 2, 1));
    assertEquals(2, end(EarlyStop.KEEP_LAST, 1, 5, 0));
    assertEquals(0, end(EarlyStop.RESTORE_BEST, 1, 5, 0));
  }

  @Test
  void fallingErrorsEndWithTheIterations() {
    for (EarlyStop rule : EarlyStop.values()) {
      assertEquals(4, end(rule, 4, 3, 2, 1));
    }
  }

  private static int[] path(EarlyStop rule, double... errors) {
    return HqqStopping.path(errors, new Hqq(0.7f, 10f, errors.length, rule));
  }

  /** The best state comes once more after the one that was no better. */
  @Test
  void thePathHasTheStatesOfTheWalk() {
    assertArrayEquals(new int[] {0, 1, 2, 3}, path(EarlyStop.KEEP_LAST, 3, 2, 2, 1));
    assertArrayEquals(new int[] {0, 1, 2, 1}, path(EarlyStop.RESTORE_BEST, 3, 2, 2, 1));
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, path(EarlyStop.OFF, 3, 2, 2, 1));
    assertArrayEquals(new int[] {0, 1, 2, 3}, path(EarlyStop.RESTORE_BEST, 3, 2, 1));
  }

  /** Two blocks of three half-steps. */
  @Test
  void aPassAddsItsBlocksUp() {
    QuantizedMatrix codes = RoundToNearest.quantize(Matrix.zeros(2, 4), QuantSpec.of(4, 4));
    HqqPass pass = new HqqPass(codes, new double[] {1, 2, 3, 10, 20, 30}, 3, 2);
    assertArrayEquals(new double[] {11, 22, 33}, pass.errors());
    assertEquals(2, pass.settled());
    assertSame(codes, pass.quantized());
  }
}

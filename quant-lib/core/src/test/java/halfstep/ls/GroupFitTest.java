package halfstep.ls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.AffineGrid;
import halfstep.quant.QuantSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One group by hand: the line through its codes, and the grids that its starts begin with. */
class GroupFitTest {

  private static final float[] ONES = {1, 1, 1, 1};

  /** Codes 0, 1, 2, 3: mean 1.5, variance 5; cov(q, w) = 12.5, mean w = 2.75. */
  @Test
  void theLineIsThatOfLeastSquares() {
    float[] w = {-1, 1.5f, 4, 6.5f};
    GroupFit fit = new GroupFit(4, 3);
    fit.round(w, ONES, 0, 2.25f, 0.4f);
    assertEquals(0.1 * 0.1 + 0.15 * 0.15 + 0.4 * 0.4 + 0.65 * 0.65, fit.error, 1e-5);
    assertTrue(fit.fit(w, ONES, 0));
    assertEquals(2.5f, fit.scale);
    assertEquals(1.5f - 2.75f / 2.5f, fit.zero);
  }

  /** Equal codes lie on any line: scale and zero stay, and the caller hears of it. */
  @Test
  void equalCodesMoveNothing() {
    float[] w = {0.1f, 0.2f, -0.1f, 0};
    GroupFit fit = new GroupFit(4, 3);
    fit.round(w, ONES, 0, 1f, 1f);
    assertFalse(fit.fit(w, ONES, 0));
    assertEquals(1f, fit.scale);
    assertEquals(1f, fit.zero);
  }

  @Test
  void aScaleIsPositiveAndHasAnInverse() {
    assertTrue(GroupFit.isScale(1e-38f));
    assertTrue(GroupFit.isScale(Float.MAX_VALUE));
    for (float slope :
        new float[] {
          0f, -0f, -1f, Float.MIN_VALUE, 1e-39f, Float.POSITIVE_INFINITY, Float.NaN,
        }) {
      assertFalse(GroupFit.isScale(slope), "slope " + slope);
    }
  }

  /** A narrower grid spans its share of the range, around the same middle: here 1 of −1 … 3. */
  @ParameterizedTest
  @ValueSource(floats = {1f, 0.9f, 0.8f, 0.7f, 0.6f, 0.5f})
  void startsSpanTheirShareAroundTheMiddle(float span) {
    AffineGrid grid = AffineGrid.of(new float[] {-1, 3}, 0, 2, QuantSpec.of(4, 2));
    float scale = LeastSquaresSolver.narrowScale(grid, span);
    float zero = LeastSquaresSolver.narrowZero(grid, span);
    assertEquals(1 - 2 * span, (0 - zero) * scale, 1e-5);
    assertEquals(1 + 2 * span, (15 - zero) * scale, 1e-5);
  }
}

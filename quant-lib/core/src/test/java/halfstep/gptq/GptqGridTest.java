package halfstep.gptq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.quant.Gptq;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The authors' find_params by hand, on numbers that come out whole. */
class GptqGridTest {

  private static final Gptq SYMMETRIC = Gptq.DEFAULT.withSymmetric(true);
  private static final Gptq MSE = Gptq.DEFAULT.withMse(true);

  private static GptqGrid grid(Gptq config, int maxCode, float... w) {
    return GptqGrid.of(w, 0, w.length, config, maxCode);
  }

  private static void assertGrid(float scale, float zero, GptqGrid grid) {
    assertEquals(scale, grid.scale());
    assertEquals(zero, grid.zero() + 0f, "whatever the sign of 0");
  }

  @Test
  void zeroIsInEveryRange() {
    assertGrid(1, 0, grid(Gptq.DEFAULT, 15, 6, 9, 15));
    assertGrid(1, 15, grid(Gptq.DEFAULT, 15, -15, -3));
    assertGrid(1, 3, grid(Gptq.DEFAULT, 15, -3, 12));
  }

  /** The larger side counts twice, unless nothing is negative. */
  @Test
  void symmetricRangesReachBothWaysOnlyWithNegativeWeights() {
    assertGrid(2, 8, grid(SYMMETRIC, 15, -15, 4));
    assertGrid(2, 8, grid(SYMMETRIC, 15, -4, 15));
    assertGrid(1, 8, grid(SYMMETRIC, 15, 0, 15));
  }

  /** Below 1e-30 a range counts as none, and none as −1 … 1. */
  @Test
  void anEmptyRangeIsThatFromMinusOneToOne() {
    assertEquals(2f / 15, grid(Gptq.DEFAULT, 15, 0, 0).scale());
    assertEquals(2f / 15, grid(Gptq.DEFAULT, 15, 0, 0.9e-30f).scale());
    assertEquals(1e-30f / 15, grid(Gptq.DEFAULT, 15, 0, 1e-30f).scale());
    // each share of it holds 0 exactly: the first of equals is the whole
    assertEquals(2f / 15, grid(MSE, 15, 0, 0).scale());
  }

  /**
   * Many weights that want a step of 0.2/3 and one of 1: each narrower range is better, and the
   * last one tried is 0.21 (maxshrink 0.8 of a grid of 100).
   */
  @Test
  void theSearchEndsBeforeAFifthOfTheRange() {
    float[] w = new float[20_001];
    Arrays.fill(w, 0.2f / 3);
    w[0] = 1;
    assertEquals(0.21f / 3, grid(MSE, 3, w).scale(), 1e-7f);
  }
}

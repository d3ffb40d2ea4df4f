package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import org.junit.jupiter.api.Test;

/**
 * The scale search by hand. Groups of eight weights from −2 to 5 steps, so that codes are 0 to 7
 * and the zero is 2; the outermost two lie on the grid of the range, the six between them on
 * another one. As Σ|w − ŵ| weighs a step's deviation by the codes' distances from the zero, 11 of
 * them are between and 7 outside: the best step is that of the six.
 */
class HqqStartTest {

  private static final QuantSpec SPEC = QuantSpec.of(3, 8);

  /** Relative; a few roundings of float. */
  private static final double CLOSE = 1e-6;

  private static Matrix groups(float[]... steps) {
    Matrix w = Matrix.zeros(steps.length, 8);
    for (int row = 0; row < steps.length; row++) {
      for (int i = 0; i < 8; i++) {
        float step = i == 0 || i == 7 ? steps[row][0] : steps[row][1];
        w.put(row * 8L + i, (i - 2) * step);
      }
    }
    return w;
  }

  private static HqqStart searched(Matrix w) {
    HqqStart start = HqqStart.ofRanges(w, SPEC, false);
    return start.searched(w, SPEC);
  }

  @Test
  void aGroupOnItsGridStays() {
    HqqStart found = searched(groups(new float[] {1, 1}, new float[] {1.03f, 1.02f}));
    assertEquals(1f, found.inverseScales().at(0));
    assertEquals(1f, found.params().scale(0));
  }

  /** Candidates lie reach/64 apart, reach being 5 % of the mean of both groups' inverse scales. */
  @Test
  void theNearestCandidateIsTaken() {
    HqqStart found = searched(groups(new float[] {1, 1}, new float[] {1.03f, 1.02f}));
    double own = 1 / 1.03;
    double reach = 0.05 * (1 + own) / 2;
    double expected = own + reach * 12 / 64; // 1/1.02 lies 12.4 of them above
    assertEquals(expected, found.inverseScales().at(1), CLOSE);
    assertEquals(1 / expected, found.params().scale(1), CLOSE);
    assertEquals((1 + 1 / expected) / 2, found.meanScale(), CLOSE);
    assertEquals(2, found.params().zero(1), CLOSE);
  }

  @Test
  void noneLiesBeyondItsReach() {
    HqqStart found = searched(groups(new float[] {1, 1}, new float[] {1.03f, 0.92f}));
    double own = 1 / 1.03;
    assertEquals(own + 0.05 * (1 + own) / 2, found.inverseScales().at(1), CLOSE);
    found = searched(groups(new float[] {1, 1}, new float[] {0.97f, 1.07f}));
    own = 1 / 0.97;
    assertEquals(own - 0.05 * (1 + own) / 2, found.inverseScales().at(1), CLOSE);
  }

  /** All candidates are as good. */
  @Test
  void amongEqualsTheGroupsOwnIsKept() {
    Matrix w = Matrix.zeros(2, 8);
    assertEquals(
        HqqStart.ofRanges(w, SPEC, false).inverseScales().at(1), searched(w).inverseScales().at(1));
  }
}

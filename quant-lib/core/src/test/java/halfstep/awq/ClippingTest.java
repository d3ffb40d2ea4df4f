package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.quant.Codes;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import org.junit.jupiter.api.Test;

/** What a clipping says about itself, by hand. */
class ClippingTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 2).with(ZeroPoint.INTEGER);
  private static final Matrix FOUR = Matrix.of(1, 4, 1, 2, 3, 4);

  private static Clipping clipping(Matrix errors, Matrix unclipped) {
    Codes chosen = Codes.zeros(new Shape(1, 4));
    chosen.put(0, 1);
    chosen.put(3, 2);
    return new Clipping(SPEC, FOUR, errors, unclipped, chosen);
  }

  /** Two of four groups are clipped; mean errors 10/4 and 12/4. */
  @Test
  void sharesAndRatiosAreThoseOfTheGroups() {
    Clipping clipping = clipping(FOUR, Matrix.of(1, 4, 2, 2, 3, 5));
    assertEquals(0.5, clipping.shareClipped());
    assertEquals(10 / 12.0, clipping.errorRatio(), 1e-12);
    assertEquals(2.5, new ClipStep(0, 1f, FOUR, FOUR).meanError());
    assertEquals("4 groups, 50.0 % clipped, error × 0.833", clipping.toString());
    assertEquals(1, clipping(Matrix.zeros(1, 4), Matrix.zeros(1, 4)).errorRatio());
  }

  @Test
  void everyPartHasOneElementForEachGroup() {
    Matrix three = Matrix.zeros(1, 3);
    assertThrows(ShapeException.class, () -> clipping(three, FOUR));
    assertThrows(ShapeException.class, () -> clipping(FOUR, three));
    assertThrows(ShapeException.class, () -> new ClipStep(0, 1f, FOUR, three));
    assertEquals(
        "chosen steps are 1 × 3, but limits are 1 × 4; one for each group",
        assertThrows(
                ShapeException.class,
                () -> new Clipping(SPEC, FOUR, FOUR, FOUR, Codes.zeros(new Shape(1, 3))))
            .getMessage());
  }

  /** A grid of two points has one limit, no limit at all; one token is the least to measure on. */
  @Test
  void theSmallestGridTriesOneLimit() {
    ClipGrid least = new ClipGrid(2, 0.5, 1);
    assertEquals(1, least.steps());
    assertEquals(1f, least.factor(0));
    assertEquals(7, least.stride(7));
    assertEquals(0.55f, ClipGrid.DEFAULT.factor(9));
    assertEquals(1, ClipGrid.DEFAULT.stride(1023));
    assertEquals(2, ClipGrid.DEFAULT.stride(1024));
  }
}

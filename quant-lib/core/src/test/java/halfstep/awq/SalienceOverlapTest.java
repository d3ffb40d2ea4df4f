package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.calib.Activations;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import org.junit.jupiter.api.Test;

class SalienceOverlapTest {

  private static Salience of(float... means) {
    return Salience.of(Activations.of(Matrix.of(1, means.length, means)));
  }

  @Test
  void spearmanIsThatOfTheTextbook() {
    Salience iq = of(106, 100, 86, 101, 99, 103, 97, 113, 112, 110);
    Salience hours = of(7, 27, 2, 50, 28, 29, 20, 12, 6, 17);
    SalienceOverlap overlap = SalienceOverlap.of(iq, hours, 0.3);
    // 1 − 6·194 / (10·99)
    assertEquals(-29.0 / 165, overlap.spearman(), 1e-12);
    assertEquals(3, overlap.top());
    assertEquals(0, overlap.shared());
    assertEquals(0, overlap.jaccard());
  }

  @Test
  void tiesShareTheirRanks() {
    // scipy.stats.spearmanr([1, 2, 2, 3], [1, 3, 2, 4]) = 0.948683
    assertEquals(
        0.9486832980505138,
        SalienceOverlap.of(of(1, 2, 2, 3), of(1, 3, 2, 4), 0.5).spearman(),
        1e-12);
  }

  @Test
  void theStrongestAreComparedAsSets() {
    SalienceOverlap overlap = SalienceOverlap.of(of(9, 8, 1, 2), of(8, 1, 9, 2), 0.5);
    assertEquals(2, overlap.top());
    assertEquals(1, overlap.shared());
    assertEquals(1.0 / 3, overlap.jaccard(), 1e-12);
    assertTrue(overlap.toString().startsWith("1 of the strongest 2 channels are the same"));
  }

  @Test
  void aSalienceIsLikeItself() {
    Salience one = of(3, 1, 4, 1, 5);
    SalienceOverlap overlap = SalienceOverlap.of(one, one, 0.2);
    assertEquals(1, overlap.jaccard());
    assertEquals(1, overlap.spearman(), 1e-12);
  }

  @Test
  void differentLayersAreNotCompared() {
    assertEquals(
        "one salience has 2 channels, the other 3; compare the same layer's inputs",
        assertThrows(ShapeException.class, () -> SalienceOverlap.of(of(1, 2), of(1, 2, 3), 0.1))
            .getMessage());
  }
}

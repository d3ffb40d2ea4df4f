package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MatrixTest {

  @Test
  void readsWhatWasWritten() {
    Matrix m = Matrix.of(2, 3, 1, 2, 3, 4, 5, 6);
    m.set(1, 2, 7);
    assertArrayEquals(new float[] {4, 5, 7}, m.row(1));
    assertEquals(7, m.at(5));
    assertEquals("Matrix 2 × 3 [1.0, 2.0, 3.0, 4.0, …]", m.toString());
  }

  @Test
  void rowsAreAViewAndCopyIsNot() {
    Matrix m = Matrix.of(3, 2, 1, 2, 3, 4, 5, 6);
    Matrix copy = m.copy();
    m.rows(1, 3).set(0, 0, -1);
    assertEquals(-1, m.get(1, 0));
    assertEquals(3, copy.get(1, 0));
  }

  @Test
  void refusesWhatDoesNotFit() {
    ShapeException values = assertThrows(ShapeException.class, () -> Matrix.of(2, 2, 1, 2, 3));
    assertEquals("3 values do not fill a matrix of 2 × 2, which holds 4", values.getMessage());
    ShapeException empty = assertThrows(ShapeException.class, () -> Matrix.zeros(0, 5));
    assertEquals("a matrix of 0 × 5 is empty; both sides must be at least 1", empty.getMessage());
    Matrix m = Matrix.zeros(2, 2);
    ShapeException bytes = assertThrows(ShapeException.class, () -> Matrix.over(2, 3, m.segment()));
    assertEquals(
        "16 bytes do not hold a float32 matrix of 2 × 3, which takes 24", bytes.getMessage());
    ShapeException other =
        assertThrows(ShapeException.class, () -> m.combine(Matrix.zeros(2, 3), Double::sum));
    assertEquals(
        "this matrix is 2 × 2, but the other matrix is 2 × 3; the two must agree",
        other.getMessage());
  }
}

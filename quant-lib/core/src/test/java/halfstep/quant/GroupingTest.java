package halfstep.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupingTest {

  @ParameterizedTest
  @CsvSource({"6,12,4,IN", "6,12,4,OUT", "7,11,0,IN", "7,11,0,OUT", "5,64,64,IN", "1,1,1,OUT"})
  void readIsTheMirrorOfWrite(int rows, int cols, int size, Axis axis) {
    Matrix w = counting(rows, cols);
    Grouping grouping = spec(size, axis).grouping(w.shape());
    Matrix copy = Matrix.zeros(rows, cols);
    float[] values = new float[(int) w.size()];
    grouping.read(w, 0, (int) grouping.groups(), values);
    grouping.write(copy, 0, (int) grouping.groups(), values);
    for (long i = 0; i < w.size(); i++) {
      assertEquals(w.at(i), copy.at(i));
      long group = grouping.groupOf(i);
      boolean found = false;
      for (int e = 0; e < grouping.size(); e++) {
        found |= grouping.index(group, e) == i;
      }
      assertEquals(true, found, "element " + i + " is in its group");
    }
  }

  @Test
  void axisZeroRunsDownTheMatrix() {
    Matrix w = counting(4, 3); // element = row-major index
    float[] values = new float[4];
    spec(4, Axis.OUT).grouping(w.shape()).read(w, 1, 1, values);
    assertArrayEquals(new float[] {1, 4, 7, 10}, values);
  }

  @Test
  void parametersHaveTheShapeOfTheFile() {
    Shape shape = new Shape(8, 128);
    assertEquals(new Shape(8, 2), spec(64, Axis.IN).grouping(shape).paramShape());
    assertEquals(new Shape(1, 128), spec(8, Axis.OUT).grouping(shape).paramShape());
    assertEquals(new Shape(8, 1), spec(QuantSpec.WHOLE, Axis.IN).grouping(shape).paramShape());
  }

  @Test
  void aGroupThatDoesNotDivideNamesTheNearestThatDo() {
    ShapeException refusal =
        assertThrows(ShapeException.class, () -> spec(96, Axis.IN).grouping(new Shape(1, 11008)));
    assertEquals(
        "in = 11008 is no multiple of groupSize 96; nearest that divide it: 86, 128",
        refusal.getMessage());
    ShapeException larger =
        assertThrows(ShapeException.class, () -> spec(512, Axis.IN).grouping(new Shape(9, 384)));
    assertEquals(
        "in = 384 is no multiple of groupSize 512; nearest that divide it: 384",
        larger.getMessage());
  }

  private static QuantSpec spec(int size, Axis axis) {
    return QuantSpec.of(4, size).with(axis);
  }

  private static Matrix counting(int rows, int cols) {
    Matrix w = Matrix.zeros(rows, cols);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, i);
    }
    return w;
  }
}

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
import org.junit.jupiter.params.provider.EnumSource;

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

  /** In two parts, the second not from the first group on: each element where its index says. */
  @ParameterizedTest
  @EnumSource(Axis.class)
  void partsLieWhereTheirIndicesSay(Axis axis) {
    Shape shape = new Shape(6, 8);
    Grouping grouping = spec(4, axis).grouping(shape);
    Matrix matrix = Matrix.zeros(6, 8);
    Codes ofFloats = Codes.zeros(shape);
    Codes ofBytes = Codes.zeros(shape);
    for (int[] part : new int[][] {{0, 5}, {5, 7}}) {
      float[] values = new float[part[1] * 4];
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = 200 + part[0] * 4 + i;
        bytes[i] = (byte) values[i];
      }
      grouping.write(matrix, part[0], part[1], values);
      grouping.write(ofFloats, part[0], part[1], values);
      grouping.write(ofBytes, part[0], part[1], bytes);
      float[] back = new float[values.length];
      grouping.read(ofBytes, part[0], part[1], back);
      assertArrayEquals(values, back);
      grouping.read(matrix, part[0], part[1], back);
      assertArrayEquals(values, back);
    }
    for (int element = 0; element < 48; element++) {
      long index = grouping.index(element / 4, element % 4);
      assertEquals(200 + element, matrix.at(index));
      assertEquals(200 + element, ofFloats.at(index));
      assertEquals(200 + element, ofBytes.at(index));
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

  @Test
  void anotherMatrixIsRefused() {
    Grouping grouping = spec(4, Axis.IN).grouping(new Shape(2, 8));
    assertEquals(
        "the groups are those of a matrix of 2 × 8, but this one is 8 × 2; the two must agree",
        assertThrows(
                ShapeException.class, () -> grouping.read(Matrix.zeros(8, 2), 0, 1, new float[4]))
            .getMessage());
    Codes codes = Codes.zeros(new Shape(8, 2));
    float[] four = new float[4];
    assertThrows(ShapeException.class, () -> grouping.write(Matrix.zeros(8, 2), 0, 1, four));
    assertThrows(ShapeException.class, () -> grouping.write(codes, 0, 1, four));
    assertThrows(ShapeException.class, () -> grouping.write(codes, 0, 1, new byte[4]));
    assertThrows(ShapeException.class, () -> grouping.read(codes, 0, 1, four));
  }

  @Test
  void aMatrixTooLargeForOneScaleIsRefused() {
    Shape large = new Shape(1 << 16, 1 << 16);
    QuantSpec tensor = spec(QuantSpec.TENSOR, Axis.IN);
    assertEquals(2147483646, tensor.grouping(new Shape(2, 1073741823)).size());
    assertThrows(ShapeException.class, () -> tensor.grouping(new Shape(1, Integer.MAX_VALUE)));
    assertEquals(
        "one scale for a whole matrix of 65536 × 65536 takes in 4294967296 weights; at most"
            + " 2147483646 fit one group, use one per row",
        assertThrows(ShapeException.class, () -> spec(QuantSpec.TENSOR, Axis.IN).grouping(large))
            .getMessage());
  }

  /** A prime side has no neighbours to offer but itself. */
  @Test
  void aSideWithoutDivisorsNamesItselfAndOne() {
    assertEquals(
        "in = 13 is no multiple of groupSize 6; nearest that divide it: 1, 13",
        assertThrows(ShapeException.class, () -> spec(6, Axis.IN).grouping(new Shape(3, 13)))
            .getMessage());
    assertEquals(
        "out · in = 15 is no multiple of groupSize 4; nearest that divide it: 3, 5",
        assertThrows(ShapeException.class, () -> spec(4, Axis.OUT).grouping(new Shape(3, 5)))
            .getMessage());
  }

  private static QuantSpec spec(int size, Axis axis) {
    return QuantSpec.of(4, size).with(axis);
  }

  private static Matrix counting(int rows, int cols) {
    Matrix w = Matrix.zeros(rows, cols);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) i);
    }
    return w;
  }
}

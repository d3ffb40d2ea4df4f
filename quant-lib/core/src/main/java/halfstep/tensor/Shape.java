package halfstep.tensor;

/**
 * The sides of a matrix.
 *
 * @param rows number of rows, at least 1; {@code out} for a weight
 * @param cols number of columns, at least 1; {@code in} for a weight
 */
public record Shape(long rows, long cols) {

  /** Refuses empty sides. */
  public Shape {
    if (rows < 1 || cols < 1) {
      throw new ShapeException(
          "a matrix of %d × %d is empty; both sides must be at least 1".formatted(rows, cols));
    }
  }

  /** Number of elements, {@code rows · cols}. */
  public long size() {
    return Math.multiplyExact(rows, cols);
  }

  @Override
  public String toString() {
    return rows + " × " + cols;
  }
}

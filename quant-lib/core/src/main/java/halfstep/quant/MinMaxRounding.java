package halfstep.quant;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;

/**
 * Rounding a whole matrix on one grid per group: what round-to-nearest is, and what searches round
 * their candidates with. Does not look for NaN; callers do, once.
 */
public final class MinMaxRounding {

  private MinMaxRounding() {}

  /** How a group's grid follows from its weights. */
  @FunctionalInterface
  public interface Grids {
    /**
     * The grid of one group.
     *
     * @param w holds the group; not to be modified
     * @param from index of the group's first element
     * @param size number of elements
     */
    AffineGrid of(float[] w, int from, int size);
  }

  /**
   * Codes and grids of a matrix, each group's minimum and maximum spanning its grid.
   *
   * @param w finite weights, {@code out × in}; not modified
   * @throws halfstep.tensor.ShapeException if the groups do not divide the matrix
   */
  public static QuantizedMatrix codes(Matrix w, QuantSpec spec) {
    return codes(w, spec, (values, from, size) -> AffineGrid.of(values, from, size, spec));
  }

  /**
   * Codes and grids of a matrix under another rule for the grids.
   *
   * @param w finite weights, {@code out × in}; not modified
   * @throws halfstep.tensor.ShapeException if the groups do not divide the matrix
   */
  public static QuantizedMatrix codes(Matrix w, QuantSpec spec, Grids grids) {
    Grouping grouping = spec.grouping(w.shape());
    Shape params = grouping.paramShape();
    Matrix scales = Matrix.zeros(params.rows(), params.cols());
    Matrix zeros = Matrix.zeros(params.rows(), params.cols());
    Codes codes = Codes.zeros(w.shape());
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "rounding to nearest",
        (values, first, count) -> {
          for (int g = 0; g < count; g++) {
            AffineGrid grid = grids.of(values, g * size, size);
            scales.put(first + g, grid.scale());
            zeros.put(first + g, grid.zero());
            grid.codes(values, g * size, size);
          }
          grouping.write(codes, first, count, values);
        });
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  /**
   * Rounds and undoes it, {@code ŵ} in one pass without keeping codes: what a search over many
   * candidates needs.
   *
   * @param w finite weights, {@code out × in}; overwritten by what their codes stand for
   */
  public static void inPlace(Matrix w, QuantSpec spec) {
    Grouping grouping = spec.grouping(w.shape());
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "rounding to nearest",
        (values, first, count) -> {
          for (int from = 0; from < values.length; from += size) {
            AffineGrid.of(values, from, size, spec).roundTrip(values, from, size);
          }
          grouping.write(w, first, count, values);
        });
  }
}

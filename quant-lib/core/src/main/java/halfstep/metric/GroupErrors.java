package halfstep.metric;

import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The error of every group of a matrix, in the groups' order. Immutable. */
public final class GroupErrors {

  private final ErrorMetrics[] errors;

  private GroupErrors(ErrorMetrics[] errors) {
    this.errors = errors;
  }

  /**
   * Compares two matrices group by group.
   *
   * @param original {@code out × in}; not modified
   * @param approximation same shape; not modified
   * @param spec where the groups lie
   * @throws halfstep.tensor.ShapeException if the shapes differ, or the groups do not divide them
   */
  public static GroupErrors between(Matrix original, Matrix approximation, QuantSpec spec) {
    approximation.requireShape(original.shape(), "the original");
    Grouping grouping = spec.grouping(original.shape());
    ErrorMetrics[] errors = new ErrorMetrics[Math.toIntExact(grouping.groups())];
    int size = grouping.size();
    grouping.forEachBlock(
        "measuring groups",
        (first, count) -> {
          float[] w = new float[count * size];
          float[] a = new float[count * size];
          grouping.read(original, first, count, w);
          grouping.read(approximation, first, count, a);
          for (int g = 0; g < count; g++) {
            ErrorSums sums = new ErrorSums();
            sums.add(w, a, g * size, size);
            errors[(int) first + g] = sums.metrics();
          }
        });
    return new GroupErrors(errors);
  }

  /** Number of groups. */
  public int groups() {
    return errors.length;
  }

  /** The error of a group. */
  public ErrorMetrics get(int group) {
    return errors[group];
  }

  /** Mean squared error of each group, a new array: what {@link PairedComparison} compares. */
  public double[] meanSquares() {
    return Arrays.stream(errors).mapToDouble(ErrorMetrics::meanSquare).toArray();
  }

  /** Mean absolute error of each group, a new array. */
  public double[] meanAbsolutes() {
    return Arrays.stream(errors).mapToDouble(ErrorMetrics::meanAbs).toArray();
  }

  /** Numbers of the groups with the largest mean squared error, worst first, at most {@code n}. */
  public List<Integer> worst(int n) {
    return IntStream.range(0, errors.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer g) -> -errors[g].meanSquare()))
        .limit(n)
        .toList();
  }

  @Override
  public String toString() {
    double[] sorted = meanSquares();
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT,
        "%d groups, mean squared error %.3e … %.3e … %.3e (least, median, most)",
        sorted.length,
        sorted[0],
        sorted[sorted.length / 2],
        sorted[sorted.length - 1]);
  }
}

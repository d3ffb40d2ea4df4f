package halfstep.metric;

import halfstep.metric.RowPairs.Rows;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.Locale;

/**
 * How far an approximation is from the original, over all elements, summed in double: a row in the
 * order of {@link ErrorSums}, some rows one after the other, and those sums in the rows' order.
 *
 * @param meanAbs mean of |w − ŵ|
 * @param meanSquare mean of (w − ŵ)²
 * @param maxAbs largest |w − ŵ|
 * @param relativeFrobenius ‖w − ŵ‖ / ‖w‖; 0 when both are zero
 * @param sqnrDb signal to quantization noise, 10·log₁₀(‖w‖² / ‖w − ŵ‖²), infinite without error
 * @param cosine of the angle between w and ŵ as vectors; 1 when both are zero, 0 when one is
 */
public record ErrorMetrics(
    double meanAbs,
    double meanSquare,
    double maxAbs,
    double relativeFrobenius,
    double sqnrDb,
    double cosine) {

  /**
   * Compares two matrices.
   *
   * @param original not modified
   * @param approximation same shape; not modified
   * @throws halfstep.tensor.ShapeException if the shapes differ
   */
  public static ErrorMetrics between(Matrix original, Matrix approximation) {
    approximation.requireShape(original.shape(), "the original");
    return measured(original, Rows.of(approximation));
  }

  /**
   * Compares a matrix with what its codes stand for, some rows at a time: the same numbers as by
   * dequantizing it whole, without the memory.
   *
   * @param original not modified
   * @param approximation same shape; not modified
   * @throws halfstep.tensor.ShapeException if the shapes differ
   */
  public static ErrorMetrics between(Matrix original, QuantizedMatrix approximation) {
    original.requireShape(approximation.shape(), "the codes'");
    if (!approximation.rowsStandAlone()) {
      return between(original, approximation.dequantized());
    }
    return measured(original, approximation::readRow);
  }

  private static ErrorMetrics measured(Matrix original, Rows approximation) {
    ErrorSums all = new ErrorSums();
    add(all, original, approximation);
    return all.metrics();
  }

  /**
   * Adds the errors of some rows. Parts of whole blocks ({@link RowPairs#perBlock}) come to what
   * all rows at once do, bit for bit.
   */
  static void add(ErrorSums all, Matrix original, Rows approximation) {
    RowPairs.gather(
            original.shape(),
            Rows.of(original),
            approximation,
            "measuring",
            ErrorSums::new,
            (sums, w, a) -> sums.add(w, a, 0, w.length))
        .forEach(all::add);
  }

  /**
   * The l_p error, mean of |w − ŵ|ᵖ: what half-quadratic quantization minimises with p = 0.7.
   *
   * @param original not modified
   * @param approximation same shape; not modified
   * @param p positive
   * @throws halfstep.tensor.ShapeException if the shapes differ
   */
  public static double meanLp(Matrix original, Matrix approximation, double p) {
    if (!(p > 0)) {
      throw new IllegalArgumentException("p %s is not positive".formatted(p));
    }
    approximation.requireShape(original.shape(), "the original");
    double[] sum = new double[1];
    forRows(
        original,
        approximation,
        (w, a) -> {
          for (int c = 0; c < w.length; c++) {
            sum[0] += Math.pow(Math.abs((double) w[c] - a[c]), p);
          }
        });
    return sum[0] / original.size();
  }

  private interface RowWork {
    void on(float[] original, float[] approximation);
  }

  private static void forRows(Matrix original, Matrix approximation, RowWork work) {
    int cols = Math.toIntExact(original.cols());
    float[] w = new float[cols];
    float[] a = new float[cols];
    for (long r = 0; r < original.rows(); r++) {
      original.read(r * cols, w, 0, cols);
      approximation.read(r * cols, a, 0, cols);
      work.on(w, a);
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "mean |e| %.4e, relative %.4f, SQNR %.2f dB, max |e| %.4e",
        meanAbs,
        relativeFrobenius,
        sqnrDb,
        maxAbs);
  }
}

package halfstep.metric;

import halfstep.tensor.Matrix;
import java.util.Locale;

/**
 * How far an approximation is from the original, over all elements, summed in double in row-major
 * order.
 *
 * @param meanAbs mean of |w − ŵ|
 * @param meanSquare mean of (w − ŵ)²
 * @param maxAbs largest |w − ŵ|
 * @param relativeFrobenius ‖w − ŵ‖ / ‖w‖; 0 when both are zero
 * @param sqnrDb signal to quantization noise, 10·log₁₀(‖w‖² / ‖w − ŵ‖²), infinite without error
 */
public record ErrorMetrics(
    double meanAbs, double meanSquare, double maxAbs, double relativeFrobenius, double sqnrDb) {

  /**
   * Compares two matrices.
   *
   * @param original not modified
   * @param approximation same shape; not modified
   * @throws halfstep.tensor.ShapeException if the shapes differ
   */
  public static ErrorMetrics between(Matrix original, Matrix approximation) {
    approximation.requireShape(original.shape(), "the original");
    int cols = Math.toIntExact(original.cols());
    float[] w = new float[cols];
    float[] a = new float[cols];
    double abs = 0;
    double square = 0;
    double most = 0;
    double signal = 0;
    for (long r = 0; r < original.rows(); r++) {
      original.read(r * cols, w, 0, cols);
      approximation.read(r * cols, a, 0, cols);
      for (int c = 0; c < cols; c++) {
        double difference = (double) w[c] - a[c];
        abs += Math.abs(difference);
        square += difference * difference;
        most = Math.max(most, Math.abs(difference));
        signal += (double) w[c] * w[c];
      }
    }
    double relative = square == 0 ? 0 : Math.sqrt(square / signal);
    double sqnr = 10 * Math.log10(signal / square);
    return new ErrorMetrics(
        abs / original.size(),
        square / original.size(),
        most,
        relative,
        square == 0 ? Double.POSITIVE_INFINITY : sqnr);
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

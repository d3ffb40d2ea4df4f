package halfstep.metric;

import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.Locale;

/**
 * What an error of the weights does to a layer's output on recorded inputs.
 *
 * @param meanSquare mean of (y − ŷ)² over tokens and outputs
 * @param relative ‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖; 0 when the outputs are equal
 * @param cosine of the angle between both outputs as vectors; see {@link ErrorMetrics}
 */
public record OutputError(double meanSquare, double relative, double cosine) {

  /**
   * Measures one linear layer without its bias.
   *
   * @param inputs {@code tokens × in}; not modified
   * @param w weights, {@code out × in}; not modified
   * @param approximation same shape; not modified
   * @throws ShapeException if the shapes do not agree
   */
  public static OutputError of(Matrix inputs, Matrix w, Matrix approximation) {
    approximation.requireShape(w.shape(), "the weights' matrix");
    ErrorMetrics outputs =
        ErrorMetrics.between(
            Matmul.timesTransposed(inputs, w), Matmul.timesTransposed(inputs, approximation));
    return new OutputError(outputs.meanSquare(), outputs.relativeFrobenius(), outputs.cosine());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "output mse %.4e, relative %.4f, cosine %.6f", meanSquare, relative, cosine);
  }
}

package halfstep.metric;

import halfstep.metric.RowPairs.Rows;
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

  /** Elements of the outputs that are held at once, of either: 32 MB. */
  private static final long AT_ONCE = 1 << 23;

  /**
   * Measures one linear layer without its bias, some tokens at a time: the same numbers as from all
   * outputs, which for a long text are many times the weights.
   *
   * @param inputs {@code tokens × in}; not modified
   * @param w weights, {@code out × in}; not modified
   * @param approximation same shape; not modified
   * @throws ShapeException if the shapes do not agree
   */
  public static OutputError of(Matrix inputs, Matrix w, Matrix approximation) {
    approximation.requireShape(w.shape(), "the weights' matrix");
    ErrorSums all = new ErrorSums();
    long step = step(w.rows());
    long from = 0;
    while (from < inputs.rows()) {
      long to = from + step + Matmul.FEW_ROWS < inputs.rows() ? from + step : inputs.rows();
      Matrix tokens = inputs.rows(from, to);
      Matrix expected = Matmul.timesTransposed(tokens, w);
      ErrorMetrics.add(all, expected, Rows.of(Matmul.timesTransposed(tokens, approximation)));
      tokens.leave();
      from = to;
    }
    ErrorMetrics outputs = all.metrics();
    return new OutputError(outputs.meanSquare(), outputs.relativeFrobenius(), outputs.cosine());
  }

  /** Tokens at a time: whole blocks of sums, and more than those that products sum otherwise. */
  private static long step(long out) {
    long block = RowPairs.perBlock(out);
    long tokens = Math.max(AT_ONCE / out, Matmul.FEW_ROWS + 1);
    return Math.ceilDiv(tokens, block) * block;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "output mse %.4e, relative %.4f, cosine %.6f", meanSquare, relative, cosine);
  }
}

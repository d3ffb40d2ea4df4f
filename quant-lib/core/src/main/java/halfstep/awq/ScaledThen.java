package halfstep.awq;

import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;

/**
 * AWQ's scales, then any method that needs no data: {@code W ≈ solve(W · diag(s)) · diag(s)⁻¹}.
 * What solves is the caller's to say, so awq+rtn, awq+hqq and awq+ls are one line each:
 *
 * <pre>{@code
 * ScaledThen.quantize(w, best.scales(), spec, RoundToNearest::quantize)
 * }</pre>
 */
public final class ScaledThen {

  private ScaledThen() {}

  /** A method that needs no data. */
  @FunctionalInterface
  public interface Solver {
    /**
     * @param scaled weights times their channels' scales, {@code out × in}; the solver's own copy
     * @return codes of {@code scaled}, without channel scales
     */
    QuantizedMatrix quantize(Matrix scaled, QuantSpec spec);
  }

  /**
   * Quantizes under scales.
   *
   * @param w weights, {@code out × in}; not modified
   * @param spec handed to the solver; need not be the one that the scales were searched with
   * @return the solver's codes with the scales, so that {@code dequantized()} is near {@code w}
   * @throws halfstep.tensor.ShapeException if there is not one scale per input channel, or the
   *     solver's codes have another shape
   * @throws IllegalArgumentException if the solver rescaled channels itself
   */
  public static QuantizedMatrix quantize(
      Matrix w, ChannelScales scales, QuantSpec spec, Solver solver) {
    Matrix scaled = w.copy();
    scales.multiply(scaled);
    QuantizedMatrix solved = solver.quantize(scaled, spec);
    w.requireShape(solved.shape(), "what the solver returned");
    if (solved.channelScales() != null) {
      throw new IllegalArgumentException(
          "the solver returned channel scales of its own (%s), but the weights it got were already scaled (%s); give a solver without scales"
              .formatted(solved.channelScales(), scales));
    }
    return solved.under(scales);
  }
}

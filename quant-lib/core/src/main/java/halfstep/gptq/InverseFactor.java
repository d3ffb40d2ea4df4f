package halfstep.gptq;

import halfstep.backend.Devices;
import halfstep.quant.FiniteCheck;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The upper Cholesky factor of the inverse Hessian, {@code H⁻¹ = Uᵀ·U}: row {@code j} of U says how
 * an error in column {@code j} is best spread over the columns after it.
 *
 * <p>The reference factors, inverts, and factors again. Here: with J the reversal of the order,
 * {@code JHJ = L·Lᵀ} gives {@code H = (JLJ)·(JLJ)ᵀ} with JLJ upper triangular, hence {@code U =
 * (JLJ)⁻¹ = J·L⁻¹·J}. The factor with a positive diagonal is unique, so this is the same U, with
 * half the work and without squaring the error of an inverse.
 *
 * @param u upper triangular, {@code in × in}, in solved order
 * @param damping what was added to the diagonal
 */
record InverseFactor(Matrix u, Damping damping) {

  /**
   * @param h the Hessian, {@code in × in}; not modified
   * @param order which channel is solved when
   * @param asked damping to begin with
   * @throws IllegalArgumentException if even {@link Damping#MOST} is not enough
   */
  static InverseFactor of(Matrix h, ColumnOrder order, double asked) {
    FiniteCheck.require(h, "the Hessian");
    List<Damping.Failure> failures = new ArrayList<>();
    double damping = asked;
    while (true) {
      Matrix factor = reversed(h, order, damping);
      Optional<CholeskyDevice.Outcome> there =
          Devices.kernel(CholeskyDevice.class).flatMap(device -> device.invert(factor));
      OptionalInt failed =
          there.map(CholeskyDevice.Outcome::failed).orElseGet(() -> Cholesky.lower(factor));
      if (failed.isEmpty()) {
        Matrix inverse = there.isPresent() ? factor : Cholesky.inverse(factor);
        return new InverseFactor(flipped(inverse), new Damping(asked, damping, failures));
      }
      int channel = order.channel(order.size() - 1 - failed.getAsInt());
      failures.add(new Damping.Failure(damping, channel));
      if (damping >= Damping.MOST) {
        throw new IllegalArgumentException(
            "the Hessian of %d channels is not positive definite even with damping %s of its mean diagonal (pivot of channel %d); it is no sum of squares of activations"
                .formatted(order.size(), damping, channel));
      }
      damping = Damping.raised(damping);
    }
  }

  /** J·(H + damping·mean(diag H)·I)·J in solved order; dead channels have a diagonal of 1. */
  private static Matrix reversed(Matrix h, ColumnOrder order, double damping) {
    int n = order.size();
    double sum = 0;
    for (int c = 0; c < n; c++) {
      sum += diagonal(h, c);
    }
    float added = (float) damping * (float) (sum / n);
    Matrix a = Matrix.zeros(n, n);
    Parallel.blocks(
        n,
        "copying the Hessian",
        r -> {
          int channel = order.channel(n - 1 - (int) r);
          float[] row = h.row(channel);
          row[channel] = diagonal(h, channel) + added;
          float[] line = new float[n];
          for (int c = 0; c < n; c++) {
            line[c] = row[order.channel(n - 1 - c)];
          }
          a.write(r * n, line, 0, n);
        });
    return a;
  }

  /** H_cc, or 1 for a channel that was never driven. */
  static float diagonal(Matrix h, int channel) {
    float value = h.get(channel, channel);
    return value == 0 ? 1f : value;
  }

  /** J·A·J, in place. */
  private static Matrix flipped(Matrix a) {
    int n = Math.toIntExact(a.rows());
    Parallel.blocks(
        Math.ceilDiv(n, 2),
        "copying the factor",
        r -> {
          float[] top = reversed(a.row(r));
          float[] bottom = reversed(a.row(n - 1 - r));
          a.write(r * n, bottom, 0, n);
          a.write((n - 1 - r) * n, top, 0, n);
        });
    return a;
  }

  private static float[] reversed(float[] row) {
    for (int low = 0, high = row.length - 1; low < high; low++, high--) {
      float kept = row[low];
      row[low] = row[high];
      row[high] = kept;
    }
    return row;
  }
}

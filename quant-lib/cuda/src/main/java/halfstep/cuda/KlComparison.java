package halfstep.cuda;

import halfstep.cuda.device.GpuDevice;
import halfstep.metric.LogSoftmax;
import halfstep.metric.Prediction;
import halfstep.tensor.Matrix;
import java.util.List;

/**
 * The GPU's predictions beside the processor's.
 *
 * @param worst largest difference of any number over its {@linkplain #bound bound}
 * @param otherTops rows where they differ in whether the most likely token is the same
 */
record KlComparison(double worst, long otherTops) {

  /** Of the token that follows row {@code r}, the one numbered {@code r} times this. */
  private static final int STRIDE = 7;

  static KlComparison of(GpuDevice device, Matrix reference, Matrix model) {
    int[] next = next(reference);
    return of(GpuKl.compare(device, reference, model, next), reference, model);
  }

  /** Some tokens that may follow the rows. */
  static int[] next(Matrix logits) {
    int[] next = new int[Math.toIntExact(logits.rows())];
    for (int r = 0; r < next.length; r++) {
      next[r] = (int) ((long) STRIDE * r % logits.cols());
    }
    return next;
  }

  /**
   * @param there what the GPU said of {@link #next}
   */
  static KlComparison of(List<Prediction> there, Matrix reference, Matrix model) {
    int[] next = next(reference);
    LogSoftmax p = new LogSoftmax(Math.toIntExact(reference.cols()));
    LogSoftmax q = new LogSoftmax(Math.toIntExact(reference.cols()));
    double worst = 0;
    long otherTops = 0;
    for (int r = 0; r < next.length; r++) {
      p.of(reference, r);
      q.of(model, r);
      Prediction here = Prediction.of(p, q, next[r]);
      double off = off(here, there.get(r)) / bound(reference, model, r);
      worst = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(worst, off);
      otherTops += here.sameTop() == there.get(r).sameTop() ? 0 : 1;
    }
    return new KlComparison(worst, otherTops);
  }

  private static double off(Prediction here, Prediction there) {
    double nll = Math.abs(here.nll() - there.nll());
    double reference = Math.abs(here.referenceNll() - there.referenceNll());
    double kl = Math.abs(here.kl() - there.kl());
    double deltaP = Math.abs(here.deltaP() - there.deltaP());
    return Math.max(Math.max(nll, reference), Math.max(kl, deltaP));
  }

  /**
   * A sum of n numbers, each rounded, is off by n units of the last place at most, and so is its
   * logarithm, absolutely; what the logarithms are added to is as large as a logit. {@code (n + 16)
   * · 2⁻⁵² · (1 + largest |logit|)}.
   */
  private static double bound(Matrix reference, Matrix model, long row) {
    double largest = 0;
    for (long c = 0; c < reference.cols(); c++) {
      largest = Math.max(largest, Math.abs(reference.get(row, c)));
      largest = Math.max(largest, Math.abs(model.get(row, c)));
    }
    return (reference.cols() + 16) * 0x1p-52 * (1 + largest);
  }
}

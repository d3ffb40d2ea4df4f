package halfstep.hqq;

import halfstep.quant.Rounding;
import halfstep.quant.Sums;

/**
 * One half-step of one group, line by line as the paper has it. Not shared between threads: it
 * keeps the group's intermediate vectors.
 */
final class HalfStep {

  private final int size;
  private final int maxCode;
  private final float[] target;

  float newZero;
  double errorBefore;
  double errorAfter;
  int codesChanged;
  int shrinkActive;

  HalfStep(int size, int maxCode) {
    this.size = size;
    this.maxCode = maxCode;
    this.target = new float[size];
  }

  /**
   * Takes one half-step and fills this object's results.
   *
   * @param w holds the group from {@code from} on; not modified
   * @param t the group's inverse scale
   * @param z the group's zero before the step, in code units
   */
  void take(float[] w, int from, float t, float z, ShrinkLp shrink) {
    shrinkActive = 0;
    errorBefore = 0;
    for (int i = 0; i < size; i++) {
      float x = w[from + i];
      // q = clamp(round(w·t + z), 0, Q)
      float q = Rounding.code(x * t + z, maxCode);
      // r = w − ŵ,  ŵ = (q − z) / t
      float r = x - (q - z) / t;
      // e = S(r)
      float e = shrink.apply(r);
      // the zero that this weight alone would like: q − (w − e)·t
      target[i] = q - (x - e) * t;
      errorBefore += Math.abs(r);
      shrinkActive += e == 0 ? 0 : 1;
    }
    // z' = mean over the group of [ q − (w − e)·t ]
    newZero = Sums.mean(target, 0, size);
    measure(w, from, t, z);
  }

  /** Error in the new state, and how many codes the move changed. */
  private void measure(float[] w, int from, float t, float oldZero) {
    codesChanged = 0;
    errorAfter = 0;
    for (int i = 0; i < size; i++) {
      float x = w[from + i];
      float q = Rounding.code(x * t + newZero, maxCode);
      errorAfter += Math.abs(x - (q - newZero) / t);
      codesChanged += q == Rounding.code(x * t + oldZero, maxCode) ? 0 : 1;
    }
  }
}

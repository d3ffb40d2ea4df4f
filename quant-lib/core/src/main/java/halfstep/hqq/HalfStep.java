package halfstep.hqq;

import halfstep.quant.GroupStop;
import halfstep.quant.HqqOptions;
import halfstep.quant.Rounding;
import halfstep.quant.Sums;
import halfstep.quant.ZeroRule;

/**
 * One half-step of one group, line by line as the paper has it. Not shared between threads: it
 * keeps the group's intermediate vectors.
 */
class HalfStep {

  private final int size;
  final int maxCode;
  private final ZeroRule zeros;
  private final GroupStop groups;
  private final LpPower power;
  private final float[] target;
  private final float[] magnitudes;

  float newZero;
  int codesChanged;
  int shrinkActive;
  double sumAbs;
  double sumSquare;
  double sumLp;

  /**
   * @param power the p of the objective that is reported
   */
  HalfStep(int size, int maxCode, HqqOptions options, LpPower power) {
    this.size = size;
    this.maxCode = maxCode;
    this.zeros = options.zeros();
    this.groups = options.groups();
    this.power = power;
    this.target = new float[size];
    this.magnitudes = new float[size];
  }

  /**
   * Takes one half-step and fills this object's results.
   *
   * @param w holds the group from {@code from} on; not modified
   * @param t the group's inverse scale
   * @param s the group's scale
   * @param z the group's zero before the step, in code units
   */
  void take(float[] w, int from, float t, float s, float z, ShrinkLp shrink) {
    int active = 0;
    for (int i = 0; i < size; i++) {
      float x = weight(w[from + i]);
      float q = code(x, t, z);
      float r = residual(x, q, t, z);
      float e = shrunk(r, shrink);
      target[i] = ownZero(x, q, e, t);
      active += e == 0 ? 0 : 1;
    }
    shrinkActive = active;
    // z' = mean over the group of [ q − (w − e)·t ]
    newZero = zeros.land(mean(target, size), maxCode);
    if (groups == GroupStop.EACH) {
      measure(w, from, t, s, z, z);
      double before = sumAbs;
      measure(w, from, t, s, newZero, z);
      if (sumAbs < before) {
        return;
      }
      newZero = z;
    }
    measure(w, from, t, s, newZero, z);
  }

  /** w, in the precision of the walk. */
  float weight(float x) {
    return x;
  }

  /** q = clamp(round(w·t + z), 0, Q). */
  float code(float x, float t, float z) {
    return Rounding.code(x * t + z, maxCode);
  }

  /** r = w − ŵ, ŵ = (q − z) / t. */
  float residual(float x, float q, float t, float z) {
    return x - (q - z) / t;
  }

  /** e = S(r). */
  float shrunk(float r, ShrinkLp shrink) {
    return shrink.apply(r);
  }

  /** The zero that this weight alone would like: q − (w − e)·t. */
  float ownZero(float x, float q, float e, float t) {
    return q - (x - e) * t;
  }

  float mean(float[] targets, int size) {
    return Sums.mean(targets, 0, size);
  }

  /** |w − ŵ|, ŵ = (q − z)·s. */
  float errorOf(float x, float q, float t, float s, float z) {
    return Math.abs(x - (q - z) * s);
  }

  /**
   * The group's errors in a state: Σ|r|, Σr², Σ|r|ᵖ, and how many codes differ from another's. The
   * walk stops by the first, so it is taken in the order of {@link Sums}.
   *
   * @param z the state's zero
   * @param other the zero of the state to compare the codes with
   */
  void measure(float[] w, int from, float t, float s, float z, float other) {
    codesChanged = 0;
    sumSquare = 0;
    sumLp = 0;
    for (int i = 0; i < size; i++) {
      float x = weight(w[from + i]);
      float q = code(x, t, z);
      float magnitude = errorOf(x, q, t, s, z);
      magnitudes[i] = magnitude;
      sumSquare += (double) magnitude * magnitude;
      sumLp += power.of(magnitude);
      codesChanged += q == code(x, t, other) ? 0 : 1;
    }
    sumAbs = Sums.sum(magnitudes, 0, size);
  }
}

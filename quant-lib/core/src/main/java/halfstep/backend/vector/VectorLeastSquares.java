package halfstep.backend.vector;

import halfstep.ls.LeastSquaresKernel;
import halfstep.ls.Lockstep;
import halfstep.quant.Sums;
import jdk.incubator.vector.FloatVector;

/** A vector's lanes are groups; the 16 lanes of each group's sums lie behind one another. */
final class VectorLeastSquares implements LeastSquaresKernel {

  private static final int L = Lanes.COUNT;
  private static final int LANES = Sums.LANES;

  @Override
  public int width() {
    return L;
  }

  @Override
  public void round(Lockstep lanes) {
    float[] sums = lanes.sums();
    FloatVector scale = load(lanes.scales(), 0);
    FloatVector zero = load(lanes.zeros(), 0);
    for (int lane = 0; lane < LANES; lane++) {
      codes(lanes, lane, scale, zero);
    }
    folded(sums, 0).intoArray(lanes.errors(), 0);
    FloatVector meanCode = folded(sums, LANES * L).div(load(lanes.totals(), 0));
    FloatVector meanWeight = load(lanes.means(), 0);
    for (int lane = 0; lane < LANES; lane++) {
      moments(lanes, lane, meanCode, meanWeight);
    }
    FloatVector slope = folded(sums, LANES * L).div(folded(sums, 0));
    slope.intoArray(lanes.slopes(), 0);
    meanCode.sub(meanWeight.div(slope)).intoArray(lanes.offsets(), 0);
  }

  /** Codes of every 16th element, and their part of Σ h·(w − ŵ)² and Σ h·q. */
  private static void codes(Lockstep lanes, int lane, FloatVector scale, FloatVector zero) {
    FloatVector inverse = FloatVector.broadcast(Lanes.FLOATS, 1f).div(scale);
    float[] w = lanes.weights();
    float[] h = lanes.importance();
    float[] codes = lanes.codes();
    int maxCode = lanes.maxCode();
    int end = lanes.size() * L;
    FloatVector error = FloatVector.zero(Lanes.FLOATS);
    FloatVector sum = error;
    for (int i = lane * L; i < end; i += LANES * L) {
      FloatVector v = load(w, i);
      FloatVector weight = load(h, i);
      FloatVector q = VectorHqq.rounded(v.mul(inverse).add(zero), maxCode).sub(VectorHqq.SHIFT);
      q.intoArray(codes, i);
      FloatVector r = v.sub(q.sub(zero).mul(scale));
      error = error.add(weight.mul(r).mul(r));
      sum = sum.add(weight.mul(q));
    }
    error.intoArray(lanes.sums(), lane * L);
    sum.intoArray(lanes.sums(), (LANES + lane) * L);
  }

  /** Every 16th element's part of Σ h·(q − q̄)² and Σ h·(q − q̄)·(w − w̄). */
  private static void moments(
      Lockstep lanes, int lane, FloatVector meanCode, FloatVector meanWeight) {
    float[] w = lanes.weights();
    float[] h = lanes.importance();
    float[] codes = lanes.codes();
    int end = lanes.size() * L;
    FloatVector variance = FloatVector.zero(Lanes.FLOATS);
    FloatVector covariance = variance;
    for (int i = lane * L; i < end; i += LANES * L) {
      FloatVector q = load(codes, i).sub(meanCode);
      FloatVector weighted = load(h, i).mul(q);
      variance = variance.add(weighted.mul(q));
      covariance = covariance.add(weighted.mul(load(w, i).sub(meanWeight)));
    }
    variance.intoArray(lanes.sums(), lane * L);
    covariance.intoArray(lanes.sums(), (LANES + lane) * L);
  }

  /** The order of {@link Sums#folded}, in every lane. */
  private static FloatVector folded(float[] sums, int from) {
    FloatVector even = four(sums, from).add(four(sums, from + 2 * L));
    return even.add(four(sums, from + L).add(four(sums, from + 3 * L)));
  }

  private static FloatVector four(float[] sums, int at) {
    FloatVector outer = load(sums, at).add(load(sums, at + 8 * L));
    return outer.add(load(sums, at + 4 * L).add(load(sums, at + 12 * L)));
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }
}

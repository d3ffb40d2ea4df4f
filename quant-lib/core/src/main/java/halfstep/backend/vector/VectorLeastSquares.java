package halfstep.backend.vector;

import halfstep.ls.LeastSquaresKernel;
import halfstep.quant.Rounding;
import jdk.incubator.vector.FloatVector;

/** As {@link VectorHqq}: a vector holds some of the 16 lanes of a sum. */
final class VectorLeastSquares implements LeastSquaresKernel {

  private static final int L = Lanes.COUNT;

  @Override
  public void round(
      float[] w,
      float[] h,
      int from,
      int size,
      float inverse,
      float zero,
      float scale,
      int maxCode,
      float[] codes,
      float[] lanes) {
    int whole = size - size % LANES;
    for (int lane = 0; lane < LANES; lane += L) {
      roundPart(w, h, from, whole, inverse, zero, scale, maxCode, codes, lanes, lane);
    }
    for (int i = whole; i < size; i++) {
      float q = Rounding.code(w[from + i] * inverse + zero, maxCode);
      float r = w[from + i] - (q - zero) * scale;
      codes[i] = q;
      lanes[i - whole] += h[from + i] * r * r;
    }
  }

  private static void roundPart(
      float[] w,
      float[] h,
      int from,
      int whole,
      float inverse,
      float zero,
      float scale,
      int maxCode,
      float[] codes,
      float[] lanes,
      int lane) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    for (int i = lane; i < whole; i += LANES) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, w, from + i);
      FloatVector q = VectorHqq.rounded(v.mul(inverse).add(zero), maxCode).sub(VectorHqq.SHIFT);
      q.intoArray(codes, i);
      FloatVector r = v.sub(q.sub(zero).mul(scale));
      sum = sum.add(FloatVector.fromArray(Lanes.FLOATS, h, from + i).mul(r).mul(r));
    }
    sum.intoArray(lanes, lane);
  }

  @Override
  public void weighted(float[] h, int from, float[] v, int at, int size, float[] lanes) {
    int whole = size - size % LANES;
    for (int lane = 0; lane < LANES; lane += L) {
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int i = lane; i < whole; i += LANES) {
        FloatVector weight = FloatVector.fromArray(Lanes.FLOATS, h, from + i);
        sum = sum.add(weight.mul(FloatVector.fromArray(Lanes.FLOATS, v, at + i)));
      }
      sum.intoArray(lanes, lane);
    }
    for (int i = whole; i < size; i++) {
      lanes[i - whole] += h[from + i] * v[at + i];
    }
  }

  @Override
  public void moments(
      float[] w,
      float[] h,
      int from,
      int size,
      float[] codes,
      float meanCode,
      float meanWeight,
      float[] lanes) {
    int whole = size - size % LANES;
    for (int lane = 0; lane < LANES; lane += L) {
      momentsPart(w, h, from, whole, codes, meanCode, meanWeight, lanes, lane);
    }
    for (int i = whole; i < size; i++) {
      float q = codes[i] - meanCode;
      float weighted = h[from + i] * q;
      lanes[i - whole] += weighted * q;
      lanes[LANES + i - whole] += weighted * (w[from + i] - meanWeight);
    }
  }

  private static void momentsPart(
      float[] w,
      float[] h,
      int from,
      int whole,
      float[] codes,
      float meanCode,
      float meanWeight,
      float[] lanes,
      int lane) {
    FloatVector variance = FloatVector.zero(Lanes.FLOATS);
    FloatVector covariance = variance;
    for (int i = lane; i < whole; i += LANES) {
      FloatVector q = FloatVector.fromArray(Lanes.FLOATS, codes, i).sub(meanCode);
      FloatVector weighted = FloatVector.fromArray(Lanes.FLOATS, h, from + i).mul(q);
      variance = variance.add(weighted.mul(q));
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, w, from + i).sub(meanWeight);
      covariance = covariance.add(weighted.mul(v));
    }
    variance.intoArray(lanes, lane);
    covariance.intoArray(lanes, LANES + lane);
  }
}

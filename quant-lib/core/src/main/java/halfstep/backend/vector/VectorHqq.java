package halfstep.backend.vector;

import halfstep.hqq.HqqKernel;
import halfstep.hqq.ScalarHqq;
import halfstep.hqq.ShrinkLp;
import halfstep.quant.Rounding;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A vector holds some of the 16 lanes of a sum; a group is gone over once for each such part.
 *
 * <p>Codes are rounded by adding a large number and clamped as integers: a maximum of floats would
 * have to mind NaN and −0, which takes several instructions where the integers' takes one.
 */
final class VectorHqq implements HqqKernel {

  private static final int L = Lanes.COUNT;
  private static final HqqKernel SMALL = new ScalarHqq();

  /** Adding this to a float of magnitude below 2²² leaves no room for fractional bits. */
  static final float SHIFT = 12582912f;

  private static final int SHIFT_BITS = Float.floatToRawIntBits(SHIFT);

  @Override
  public void range(float[] w, int from, int size, float[] ends) {
    FloatVector least = FloatVector.broadcast(Lanes.FLOATS, w[from]);
    FloatVector most = least;
    int i = 0;
    for (; i + L <= size; i += L) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, w, from + i);
      least = least.blend(v, v.compare(VectorOperators.LT, least));
      most = most.blend(v, v.compare(VectorOperators.GT, most));
    }
    float low = least.reduceLanes(VectorOperators.MIN);
    float high = most.reduceLanes(VectorOperators.MAX);
    for (; i < size; i++) {
      low = Math.min(low, w[from + i]);
      high = Math.max(high, w[from + i]);
    }
    ends[0] = low;
    ends[1] = high;
  }

  @Override
  public float recentre(
      float[] w,
      int from,
      float[] scaled,
      int size,
      float zero,
      float scale,
      int maxCode,
      float[] lanes) {
    if (size < LANES) {
      return SMALL.recentre(w, from, scaled, size, zero, scale, maxCode, lanes);
    }
    int whole = size - size % LANES;
    int most = 0;
    for (int lane = 0; lane < LANES; lane += L) {
      most = Math.max(most, part(w, from, scaled, whole, zero, scale, maxCode, lanes, lane));
    }
    float largest = Float.intBitsToFloat(most);
    for (int i = whole; i < size; i++) {
      float q = Rounding.code(scaled[i] + zero, maxCode);
      float r = Math.abs(w[from + i] - (q - zero) * scale);
      lanes[i - whole] += q - scaled[i];
      lanes[LANES + i - whole] += r;
      largest = Math.max(largest, r);
    }
    return largest;
  }

  /** The lanes {@code lane …} of both sums; returns the bits of the largest |w − ŵ|. */
  private static int part(
      float[] w,
      int from,
      float[] scaled,
      int whole,
      float zero,
      float scale,
      int maxCode,
      float[] lanes,
      int lane) {
    FloatVector z = FloatVector.broadcast(Lanes.FLOATS, zero);
    FloatVector s = FloatVector.broadcast(Lanes.FLOATS, scale);
    FloatVector target = FloatVector.zero(Lanes.FLOATS);
    FloatVector error = target;
    IntVector most = IntVector.zero(Lanes.INTS);
    for (int i = lane; i < whole; i += LANES) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, scaled, i);
      FloatVector q = rounded(x.add(z), maxCode).sub(SHIFT);
      target = target.add(q.sub(x));
      FloatVector r = FloatVector.fromArray(Lanes.FLOATS, w, from + i).sub(q.sub(z).mul(s)).abs();
      error = error.add(r);
      most = most.max(r.reinterpretAsInts());
    }
    target.intoArray(lanes, lane);
    error.intoArray(lanes, LANES + lane);
    return most.reduceLanes(VectorOperators.MAX);
  }

  /** SHIFT + clamp(round(x), 0, maxCode). */
  static FloatVector rounded(FloatVector x, int maxCode) {
    return x.add(SHIFT)
        .reinterpretAsInts()
        .max(SHIFT_BITS)
        .min(SHIFT_BITS + maxCode)
        .reinterpretAsFloats();
  }

  @Override
  public void shrunk(
      float[] w,
      int from,
      float[] scaled,
      int size,
      float zero,
      float inverse,
      int maxCode,
      ShrinkLp shrink,
      float[] lanes) {
    if (size < LANES) {
      SMALL.shrunk(w, from, scaled, size, zero, inverse, maxCode, shrink, lanes);
      return;
    }
    int whole = size - size % LANES;
    for (int lane = 0; lane < LANES; lane += L) {
      shrunkPart(w, from, scaled, whole, zero, inverse, maxCode, shrink, lanes, lane);
    }
    for (int i = whole; i < size; i++) {
      lanes[i - whole] += ScalarHqq.target(w[from + i], scaled[i], zero, inverse, maxCode, shrink);
    }
  }

  private static void shrunkPart(
      float[] w,
      int from,
      float[] scaled,
      int whole,
      float zero,
      float inverse,
      int maxCode,
      ShrinkLp shrink,
      float[] lanes,
      int lane) {
    FloatVector z = FloatVector.broadcast(Lanes.FLOATS, zero);
    FloatVector t = FloatVector.broadcast(Lanes.FLOATS, inverse);
    FloatVector target = FloatVector.zero(Lanes.FLOATS);
    for (int i = lane; i < whole; i += LANES) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, w, from + i);
      FloatVector q =
          rounded(FloatVector.fromArray(Lanes.FLOATS, scaled, i).add(z), maxCode).sub(SHIFT);
      FloatVector e = VectorShrink.apply(v.sub(q.sub(z).div(t)), shrink);
      target = target.add(q.sub(v.sub(e).mul(t)));
    }
    target.intoArray(lanes, lane);
  }

  @Override
  public void codes(float[] scaled, int size, float zero, int maxCode, int[] codes) {
    if (size < LANES) {
      SMALL.codes(scaled, size, zero, maxCode, codes);
      return;
    }
    int i = 0;
    for (; i + L <= size; i += L) {
      FloatVector x = FloatVector.fromArray(Lanes.FLOATS, scaled, i).add(zero);
      rounded(x, maxCode).reinterpretAsInts().sub(SHIFT_BITS).intoArray(codes, i);
    }
    for (; i < size; i++) {
      codes[i] = (int) Rounding.code(scaled[i] + zero, maxCode);
    }
  }
}

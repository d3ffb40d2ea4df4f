package halfstep.backend.vector;

import halfstep.hqq.LpRoot;
import halfstep.hqq.ShrinkLp;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link ShrinkLp} on a vector, bit for bit. */
final class VectorShrink {

  private static final int SIGN = 0x80000000;

  private VectorShrink() {}

  /** S(r). */
  static FloatVector apply(FloatVector r, ShrinkLp shrink) {
    FloatVector magnitude = r.abs();
    VectorMask<Float> active = magnitude.compare(VectorOperators.GT, shrink.quietUpTo());
    FloatVector none = FloatVector.zero(Lanes.FLOATS);
    if (!active.anyTrue()) {
      return none;
    }
    FloatVector power = exp2(log2(magnitude).mul(shrink.exponent()));
    FloatVector shrunk = magnitude.sub(power.mul(shrink.inverseBeta()));
    VectorMask<Float> left = shrunk.compare(VectorOperators.GT, 0f).and(active);
    IntVector signed = r.reinterpretAsInts().and(SIGN).or(shrunk.reinterpretAsInts());
    return none.blend(signed.reinterpretAsFloats(), left);
  }

  /** The first half of {@link LpRoot#of}. */
  private static FloatVector log2(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector n = bits.sub(LpRoot.ROOT_HALF).lanewise(VectorOperators.ASHR, 23);
    FloatVector m = bits.sub(n.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
    FloatVector s = m.sub(1f).div(m.add(1f));
    FloatVector s2 = s.mul(s);
    FloatVector p = s2.mul(LpRoot.L9).add(LpRoot.L7).mul(s2).add(LpRoot.L5);
    p = p.mul(s2).add(LpRoot.L3).mul(s2).add(1f);
    FloatVector exponent = (FloatVector) n.convert(VectorOperators.I2F, 0);
    return p.mul(s).mul(LpRoot.TO_LOG2).add(exponent);
  }

  /** Its second half. */
  private static FloatVector exp2(FloatVector y) {
    FloatVector shifted = y.add(LpRoot.SHIFT);
    FloatVector f = y.sub(shifted.sub(LpRoot.SHIFT)).mul(LpRoot.LN2);
    FloatVector sum = f.mul(LpRoot.E7).add(LpRoot.E6).mul(f).add(LpRoot.E5).mul(f);
    sum = sum.add(LpRoot.E4).mul(f).add(LpRoot.E3).mul(f).add(LpRoot.E2).mul(f);
    sum = sum.add(1f).mul(f).add(1f);
    IntVector k = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return sum.reinterpretAsInts().add(k).reinterpretAsFloats();
  }
}

package halfstep.backend.vector;

import halfstep.tensor.ElementKernel;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link ElementKernel} a vector at a time; what is left at the end, one by one. */
final class VectorElements implements ElementKernel {

  private static final int L = Lanes.COUNT;
  private static final int BIAS = 127 - Float.floatToRawIntBits(TO_INTEGER);

  @Override
  public void exp(float[] x, int from, int to, float most, float scale) {
    int whole = to - (to - from) % L;
    if (from < whole) {
      expOfVectors(x, from, whole, most, scale);
    }
    for (int i = whole; i < to; i++) {
      x[i] = ElementKernel.exp((x[i] - most) * scale);
    }
  }

  private static void expOfVectors(float[] x, int from, int to, float most, float scale) {
    for (int i = from; i < to; i += L) {
      exp(load(x, i).sub(most).mul(scale)).intoArray(x, i);
    }
  }

  @Override
  public void swiGlu(float[] g, float[] u, int count) {
    int whole = count - count % L;
    if (whole > 0) {
      swiGluOfVectors(g, u, whole);
    }
    for (int i = whole; i < count; i++) {
      g[i] = g[i] / (1 + ElementKernel.exp(-g[i])) * u[i];
    }
  }

  private static void swiGluOfVectors(float[] g, float[] u, int count) {
    FloatVector one = all(1);
    for (int i = 0; i < count; i += L) {
      FloatVector gate = load(g, i);
      gate.div(one.add(exp(gate.neg()))).mul(load(u, i)).intoArray(g, i);
    }
  }

  private static FloatVector exp(FloatVector x) {
    VectorMask<Float> small = x.compare(VectorOperators.LT, LEAST);
    FloatVector most = all(MOST);
    FloatVector bounded = x.blend(most, x.compare(VectorOperators.GT, most));
    FloatVector shifted = bounded.fma(all(LOG2_E), all(TO_INTEGER));
    FloatVector n = shifted.sub(all(TO_INTEGER));
    FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), bounded));
    FloatVector p = all(C7).fma(r, all(C6));
    p = p.fma(r, all(C5));
    p = p.fma(r, all(C4));
    p = p.fma(r, all(C3));
    p = p.fma(r, all(C2));
    p = p.fma(r, all(1));
    p = p.fma(r, all(1));
    IntVector power = shifted.reinterpretAsInts().add(BIAS).lanewise(VectorOperators.LSHL, 23);
    return p.mul(power.reinterpretAsFloats()).blend(0f, small);
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(Lanes.FLOATS, value);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }
}

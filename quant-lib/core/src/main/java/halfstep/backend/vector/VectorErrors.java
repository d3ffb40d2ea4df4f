package halfstep.backend.vector;

import halfstep.metric.ErrorKernel;
import halfstep.metric.ScalarErrors;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * A vector holds some of the 8 lanes of a sum; the values are gone over once for each such part,
 * which keeps all sums in registers. A product of two floats is exact in double, so that a fused
 * addition of it rounds as a separate one.
 */
final class VectorErrors implements ErrorKernel {

  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, Lanes.FLOATS.vectorShape());

  /** As many lanes, half as wide. */
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));

  private static final int L = DOUBLES.length();

  @Override
  public void add(float[] original, float[] approximation, int from, int count, double[] lanes) {
    int whole = count - count % LANES;
    for (int lane = 0; lane < LANES && whole > 0; lane += L) {
      part(original, approximation, from + lane, from + whole, lanes, lane);
    }
    for (int i = whole; i < count; i++) {
      ScalarErrors.add(original[from + i], approximation[from + i], i - whole, lanes);
    }
  }

  private static void part(
      float[] original, float[] approximation, int from, int end, double[] lanes, int lane) {
    DoubleVector abs = load(lanes, ABS + lane);
    DoubleVector square = load(lanes, SQUARE + lane);
    DoubleVector signal = load(lanes, SIGNAL + lane);
    DoubleVector power = load(lanes, POWER + lane);
    DoubleVector product = load(lanes, PRODUCT + lane);
    DoubleVector most = load(lanes, MOST + lane);
    for (int i = from; i < end; i += LANES) {
      DoubleVector w = widened(original, i);
      DoubleVector a = widened(approximation, i);
      DoubleVector difference = w.sub(a).abs();
      abs = abs.add(difference);
      square = square.add(difference.mul(difference));
      signal = w.fma(w, signal);
      power = a.fma(a, power);
      product = w.fma(a, product);
      most = most.max(difference);
    }
    abs.intoArray(lanes, ABS + lane);
    square.intoArray(lanes, SQUARE + lane);
    signal.intoArray(lanes, SIGNAL + lane);
    power.intoArray(lanes, POWER + lane);
    product.intoArray(lanes, PRODUCT + lane);
    most.intoArray(lanes, MOST + lane);
  }

  @Override
  public void largest(float[] original, float[] other, float[] most) {
    FloatVector difference = FloatVector.broadcast(Lanes.FLOATS, most[0]);
    FloatVector size = FloatVector.broadcast(Lanes.FLOATS, most[1]);
    int i = 0;
    for (; i + Lanes.COUNT <= original.length; i += Lanes.COUNT) {
      FloatVector w = FloatVector.fromArray(Lanes.FLOATS, original, i);
      difference = difference.max(w.sub(FloatVector.fromArray(Lanes.FLOATS, other, i)).abs());
      size = size.max(w.abs());
    }
    most[0] = difference.reduceLanes(VectorOperators.MAX);
    most[1] = size.reduceLanes(VectorOperators.MAX);
    ScalarErrors.largest(original, other, i, most);
  }

  private static DoubleVector load(double[] lanes, int at) {
    return DoubleVector.fromArray(DOUBLES, lanes, at);
  }

  private static DoubleVector widened(float[] values, int at) {
    return (DoubleVector)
        FloatVector.fromArray(FLOATS, values, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
  }
}

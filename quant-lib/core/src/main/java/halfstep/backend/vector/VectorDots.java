package halfstep.backend.vector;

import static halfstep.tensor.MatmulKernel.DOT_LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Few rows of X by some rows of W, two outputs at a time: the memory then has two streams to fetch
 * ahead of. Two rows of X at a time, where there are, use what was fetched twice.
 */
final class VectorDots {

  private static final int L = Lanes.COUNT;

  private VectorDots() {}

  /** As {@link halfstep.tensor.MatmulKernel#dots}. */
  static void dots(
      float[] x, int rows, int in, MemorySegment w, long fromByte, int outputs, float[] y) {
    float[] lanes = new float[4 * DOT_LANES];
    int whole = in - in % DOT_LANES;
    for (int o = 0; o < outputs; o += 2) {
      int other = Math.min(o + 1, outputs - 1); // the last of an odd number is its own other
      long at = fromByte + (long) o * in * Float.BYTES;
      long next = fromByte + (long) other * in * Float.BYTES;
      for (int r = 0; r < rows; r += 2) {
        int from = r * in;
        int second = Math.min(r + 1, rows - 1) * in;
        Arrays.fill(lanes, 0f);
        if (whole > 0) {
          sums(x, from, second, w, at, next, whole, lanes);
        }
        for (int i = whole; i < in; i++) {
          addOne(x[from + i], w, at, next, i, lanes, 0);
          addOne(x[second + i], w, at, next, i, lanes, 2 * DOT_LANES);
        }
        y[r * outputs + o] = folded(lanes, 0);
        y[r * outputs + other] = folded(lanes, DOT_LANES);
        if (r + 1 < rows) {
          y[(r + 1) * outputs + o] = folded(lanes, 2 * DOT_LANES);
          y[(r + 1) * outputs + other] = folded(lanes, 3 * DOT_LANES);
        }
      }
    }
  }

  private static void sums(
      float[] x,
      int from,
      int second,
      MemorySegment w,
      long at,
      long next,
      int count,
      float[] lanes) {
    if (from == second && 4 * L == DOT_LANES) {
      oneRow(x, from, w, at, next, count, lanes);
      return;
    }
    for (int lane = 0; lane < DOT_LANES; lane += 2 * L) {
      long skipped = (long) lane * Float.BYTES;
      twoRows(x, from + lane, second + lane, w, at + skipped, next + skipped, count, lanes, lane);
    }
  }

  private static void addOne(
      float input, MemorySegment w, long at, long next, int i, float[] lanes, int row) {
    int lane = row + i % DOT_LANES;
    lanes[lane] = Math.fma(input, weight(w, at, i), lanes[lane]);
    lane += DOT_LANES;
    lanes[lane] = Math.fma(input, weight(w, next, i), lanes[lane]);
  }

  private static float weight(MemorySegment w, long at, int i) {
    return w.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + (long) i * Float.BYTES);
  }

  /** The order of folding by halves; two levels of it as vectors. */
  private static float folded(float[] lanes, int from) {
    for (int lane = from; lane < from + 8; lane += Math.min(L, 8)) {
      VectorSpecies<Float> eight = L > 8 ? FloatVector.SPECIES_256 : Lanes.FLOATS;
      FloatVector low = FloatVector.fromArray(eight, lanes, lane);
      FloatVector high = FloatVector.fromArray(eight, lanes, lane + 8);
      low = low.add(FloatVector.fromArray(eight, lanes, lane + 16));
      high = high.add(FloatVector.fromArray(eight, lanes, lane + 24));
      low.add(high).intoArray(lanes, lane);
    }
    float even = (lanes[from] + lanes[from + 4]) + (lanes[from + 2] + lanes[from + 6]);
    float odd = (lanes[from + 1] + lanes[from + 5]) + (lanes[from + 3] + lanes[from + 7]);
    return even + odd;
  }

  /** All 32 lanes of two outputs, where a vector has 8. */
  private static void oneRow(
      float[] x, int from, MemorySegment w, long at, long next, int count, float[] lanes) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = a;
    FloatVector h = a;
    for (int k = 0; k < count; k += DOT_LANES) {
      long i = at + (long) k * Float.BYTES;
      long j = next + (long) k * Float.BYTES;
      FloatVector input = load(x, from + k);
      a = input.fma(load(w, i), a);
      e = input.fma(load(w, j), e);
      input = load(x, from + k + L);
      b = input.fma(load(w, i + L * Float.BYTES), b);
      f = input.fma(load(w, j + L * Float.BYTES), f);
      input = load(x, from + k + 2 * L);
      c = input.fma(load(w, i + 2 * L * Float.BYTES), c);
      g = input.fma(load(w, j + 2 * L * Float.BYTES), g);
      input = load(x, from + k + 3 * L);
      d = input.fma(load(w, i + 3 * L * Float.BYTES), d);
      h = input.fma(load(w, j + 3 * L * Float.BYTES), h);
    }
    a.intoArray(lanes, 0);
    b.intoArray(lanes, L);
    c.intoArray(lanes, 2 * L);
    d.intoArray(lanes, 3 * L);
    e.intoArray(lanes, DOT_LANES);
    f.intoArray(lanes, DOT_LANES + L);
    g.intoArray(lanes, DOT_LANES + 2 * L);
    h.intoArray(lanes, DOT_LANES + 3 * L);
  }

  /** Lanes of two vectors out of each 32, of two outputs for two rows. */
  private static void twoRows(
      float[] x,
      int from,
      int second,
      MemorySegment w,
      long at,
      long next,
      int count,
      float[] lanes,
      int lane) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = a;
    FloatVector h = a;
    for (int k = 0; k < count; k += DOT_LANES) {
      long i = at + (long) k * Float.BYTES;
      long j = next + (long) k * Float.BYTES;
      FloatVector w0 = load(w, i);
      FloatVector w1 = load(w, j);
      FloatVector input = load(x, from + k);
      a = input.fma(w0, a);
      b = input.fma(w1, b);
      input = load(x, second + k);
      c = input.fma(w0, c);
      d = input.fma(w1, d);
      w0 = load(w, i + L * Float.BYTES);
      w1 = load(w, j + L * Float.BYTES);
      input = load(x, from + k + L);
      e = input.fma(w0, e);
      f = input.fma(w1, f);
      input = load(x, second + k + L);
      g = input.fma(w0, g);
      h = input.fma(w1, h);
    }
    a.intoArray(lanes, lane);
    b.intoArray(lanes, DOT_LANES + lane);
    c.intoArray(lanes, 2 * DOT_LANES + lane);
    d.intoArray(lanes, 3 * DOT_LANES + lane);
    e.intoArray(lanes, lane + L);
    f.intoArray(lanes, DOT_LANES + lane + L);
    g.intoArray(lanes, 2 * DOT_LANES + lane + L);
    h.intoArray(lanes, 3 * DOT_LANES + lane + L);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }

  private static FloatVector load(MemorySegment from, long at) {
    return FloatVector.fromMemorySegment(Lanes.FLOATS, from, at, ByteOrder.nativeOrder());
  }
}

package halfstep.backend.vector;

import halfstep.tensor.MatmulKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Four rows by some vectors of accumulators. Where there are 32 registers, three: a tile of 4 × 48
 * with 512 bits, 4 × 12 with 128. With the 16 registers of 256 bits, two, a tile of 4 × 16: twelve
 * sums would leave none for what is read, and each is then stored and loaded in every round.
 */
final class VectorMatmul implements MatmulKernel {

  private static final int L = Lanes.COUNT;
  private static final boolean MANY_REGISTERS = Lanes.COUNT != 8;

  @Override
  public int columns() {
    return MANY_REGISTERS ? 3 * L : 2 * L;
  }

  @Override
  public void addProduct(
      float[] x, int strips, float[] w, int depth, float[] y, int at, int stride) {
    for (int strip = 0; strip < strips; strip++) {
      int from = strip * ROWS * depth;
      int tile = at + strip * ROWS * stride;
      if (MANY_REGISTERS) {
        threeVectors(x, from, w, depth, y, tile, stride);
      } else {
        twoVectors(x, from, w, depth, y, tile, stride);
      }
    }
  }

  private static void twoVectors(
      float[] x, int from, float[] w, int depth, float[] y, int at, int stride) {
    int at1 = at + stride;
    int at2 = at1 + stride;
    int at3 = at2 + stride;
    FloatVector y00 = load(y, at);
    FloatVector y01 = load(y, at + L);
    FloatVector y10 = load(y, at1);
    FloatVector y11 = load(y, at1 + L);
    FloatVector y20 = load(y, at2);
    FloatVector y21 = load(y, at2 + L);
    FloatVector y30 = load(y, at3);
    FloatVector y31 = load(y, at3 + L);
    for (int k = 0, i = from, j = 0; k < depth; k++, i += ROWS, j += 2 * L) {
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + L);
      FloatVector a = FloatVector.broadcast(Lanes.FLOATS, x[i]);
      y00 = a.fma(w0, y00);
      y01 = a.fma(w1, y01);
      a = FloatVector.broadcast(Lanes.FLOATS, x[i + 1]);
      y10 = a.fma(w0, y10);
      y11 = a.fma(w1, y11);
      a = FloatVector.broadcast(Lanes.FLOATS, x[i + 2]);
      y20 = a.fma(w0, y20);
      y21 = a.fma(w1, y21);
      a = FloatVector.broadcast(Lanes.FLOATS, x[i + 3]);
      y30 = a.fma(w0, y30);
      y31 = a.fma(w1, y31);
    }
    y00.intoArray(y, at);
    y01.intoArray(y, at + L);
    y10.intoArray(y, at1);
    y11.intoArray(y, at1 + L);
    y20.intoArray(y, at2);
    y21.intoArray(y, at2 + L);
    y30.intoArray(y, at3);
    y31.intoArray(y, at3 + L);
  }

  private static void threeVectors(
      float[] x, int from, float[] w, int depth, float[] y, int at, int stride) {
    int at1 = at + stride;
    int at2 = at1 + stride;
    int at3 = at2 + stride;
    FloatVector y00 = load(y, at);
    FloatVector y01 = load(y, at + L);
    FloatVector y02 = load(y, at + 2 * L);
    FloatVector y10 = load(y, at1);
    FloatVector y11 = load(y, at1 + L);
    FloatVector y12 = load(y, at1 + 2 * L);
    FloatVector y20 = load(y, at2);
    FloatVector y21 = load(y, at2 + L);
    FloatVector y22 = load(y, at2 + 2 * L);
    FloatVector y30 = load(y, at3);
    FloatVector y31 = load(y, at3 + L);
    FloatVector y32 = load(y, at3 + 2 * L);
    for (int k = 0, i = from, j = 0; k < depth; k++, i += ROWS, j += 3 * L) {
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + L);
      FloatVector w2 = load(w, j + 2 * L);
      FloatVector a = FloatVector.broadcast(Lanes.FLOATS, x[i]);
      y00 = a.fma(w0, y00);
      y01 = a.fma(w1, y01);
      y02 = a.fma(w2, y02);
      a = FloatVector.broadcast(Lanes.FLOATS, x[i + 1]);
      y10 = a.fma(w0, y10);
      y11 = a.fma(w1, y11);
      y12 = a.fma(w2, y12);
      a = FloatVector.broadcast(Lanes.FLOATS, x[i + 2]);
      y20 = a.fma(w0, y20);
      y21 = a.fma(w1, y21);
      y22 = a.fma(w2, y22);
      a = FloatVector.broadcast(Lanes.FLOATS, x[i + 3]);
      y30 = a.fma(w0, y30);
      y31 = a.fma(w1, y31);
      y32 = a.fma(w2, y32);
    }
    y00.intoArray(y, at);
    y01.intoArray(y, at + L);
    y02.intoArray(y, at + 2 * L);
    y10.intoArray(y, at1);
    y11.intoArray(y, at1 + L);
    y12.intoArray(y, at1 + 2 * L);
    y20.intoArray(y, at2);
    y21.intoArray(y, at2 + L);
    y22.intoArray(y, at2 + 2 * L);
    y30.intoArray(y, at3);
    y31.intoArray(y, at3 + L);
    y32.intoArray(y, at3 + 2 * L);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }

  @Override
  public void dots(
      float[] x, int rows, int in, MemorySegment w, long fromByte, int outputs, float[] y) {
    float[] lanes = new float[DOT_LANES];
    for (int o = 0; o < outputs; o++) {
      long at = fromByte + (long) o * in * Float.BYTES;
      for (int r = 0; r < rows; r++) {
        y[r * outputs + o] = dot(x, r * in, w, at, in, lanes);
      }
    }
  }

  private static float dot(float[] x, int from, MemorySegment w, long at, int in, float[] lanes) {
    int whole = in - in % DOT_LANES;
    if (4 * L == DOT_LANES) {
      fourVectors(x, from, w, at, whole, lanes);
    } else {
      for (int lane = 0; lane < DOT_LANES; lane += 2 * L) {
        twoVectors(x, from + lane, w, at + lane * Float.BYTES, whole, lanes, lane);
      }
    }
    for (int lane = 0; whole + lane < in; lane++) {
      long byteOf = at + (long) (whole + lane) * Float.BYTES;
      float weight = w.get(ValueLayout.JAVA_FLOAT_UNALIGNED, byteOf);
      lanes[lane] = Math.fma(x[from + whole + lane], weight, lanes[lane]);
    }
    return folded(lanes);
  }

  /** The order of folding by halves; two levels of it as vectors. */
  private static float folded(float[] lanes) {
    for (int lane = 0; lane < 8; lane += Math.min(L, 8)) {
      VectorSpecies<Float> eight = L > 8 ? FloatVector.SPECIES_256 : Lanes.FLOATS;
      FloatVector low = FloatVector.fromArray(eight, lanes, lane);
      FloatVector high = FloatVector.fromArray(eight, lanes, lane + 8);
      low = low.add(FloatVector.fromArray(eight, lanes, lane + 16));
      high = high.add(FloatVector.fromArray(eight, lanes, lane + 24));
      low.add(high).intoArray(lanes, lane);
    }
    float even = (lanes[0] + lanes[4]) + (lanes[2] + lanes[6]);
    return even + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
  }

  /** All 32 lanes of a sum, where a vector has 8. */
  private static void fourVectors(
      float[] x, int from, MemorySegment w, long at, int count, float[] lanes) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int k = 0; k < count; k += DOT_LANES) {
      long i = at + (long) k * Float.BYTES;
      a = load(x, from + k).fma(load(w, i), a);
      b = load(x, from + k + L).fma(load(w, i + L * Float.BYTES), b);
      c = load(x, from + k + 2 * L).fma(load(w, i + 2 * L * Float.BYTES), c);
      d = load(x, from + k + 3 * L).fma(load(w, i + 3 * L * Float.BYTES), d);
    }
    a.intoArray(lanes, 0);
    b.intoArray(lanes, L);
    c.intoArray(lanes, 2 * L);
    d.intoArray(lanes, 3 * L);
  }

  /** The lanes of two vectors out of each 32. */
  private static void twoVectors(
      float[] x, int from, MemorySegment w, long at, int count, float[] lanes, int lane) {
    FloatVector a = FloatVector.zero(Lanes.FLOATS);
    FloatVector b = a;
    for (int k = 0; k < count; k += DOT_LANES) {
      long i = at + (long) k * Float.BYTES;
      a = load(x, from + k).fma(load(w, i), a);
      b = load(x, from + k + L).fma(load(w, i + L * Float.BYTES), b);
    }
    a.intoArray(lanes, lane);
    b.intoArray(lanes, lane + L);
  }

  private static FloatVector load(MemorySegment from, long at) {
    return FloatVector.fromMemorySegment(Lanes.FLOATS, from, at, ByteOrder.nativeOrder());
  }
}

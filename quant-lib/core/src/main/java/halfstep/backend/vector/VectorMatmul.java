package halfstep.backend.vector;

import halfstep.tensor.MatmulKernel;
import jdk.incubator.vector.FloatVector;

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
  public float dot(float[] a, int fromA, float[] b, int fromB, int count) {
    float[] lanes = new float[DOT_LANES];
    int whole = count - count % DOT_LANES;
    for (int lane = 0; lane < DOT_LANES; lane += L) {
      strided(a, fromA + lane, b, fromB + lane, whole, lanes, lane);
    }
    for (int lane = 0; whole + lane < count; lane++) {
      int i = whole + lane;
      lanes[lane] = Math.fma(a[fromA + i], b[fromB + i], lanes[lane]);
    }
    for (int half = DOT_LANES / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        lanes[lane] += lanes[lane + half];
      }
    }
    return lanes[0];
  }

  /** The lanes of one vector out of each 32. */
  private static void strided(
      float[] a, int i, float[] b, int j, int count, float[] lanes, int lane) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    for (int k = 0; k < count; k += DOT_LANES) {
      sum = load(a, i + k).fma(load(b, j + k), sum);
    }
    sum.intoArray(lanes, lane);
  }
}

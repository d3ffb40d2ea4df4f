package halfstep.backend.vector;

import halfstep.tensor.MatmulKernel;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Some rows by some vectors of accumulators. There must be enough of them to hide how long a
 * multiply-add takes, and few enough to stay in registers. Of 32 registers, four rows by three: a
 * tile of 4 × 48 with 512 bits, 4 × 12 with 128. Of the 16 registers of 256 bits, six by two: a
 * tile of 6 × 16.
 */
final class VectorMatmul implements MatmulKernel {

  private static final int L = Lanes.COUNT;
  private static final boolean MANY_REGISTERS = Lanes.COUNT != 8;
  private static final int ROWS = MANY_REGISTERS ? 4 : 6;

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public int columns() {
    return MANY_REGISTERS ? 3 * L : 2 * L;
  }

  @Override
  public void addProduct(
      float[] x,
      int fromX,
      int strideX,
      int strips,
      float[] w,
      int fromW,
      int depth,
      float[] y,
      int at,
      int stride) {
    for (int strip = 0; strip < strips; strip++) {
      int from = fromX + strip * ROWS * strideX;
      int tile = at + strip * ROWS * stride;
      if (MANY_REGISTERS) {
        fourByThree(x, from, strideX, w, fromW, depth, y, tile, stride);
      } else {
        sixByTwo(x, from, strideX, w, fromW, depth, y, tile, stride);
      }
    }
  }

  private static void sixByTwo(
      float[] x,
      int from,
      int strideX,
      float[] w,
      int fromW,
      int depth,
      float[] y,
      int at,
      int stride) {
    int x1 = from + strideX;
    int x2 = x1 + strideX;
    int x3 = x2 + strideX;
    int x4 = x3 + strideX;
    int x5 = x4 + strideX;
    int at1 = at + stride;
    int at2 = at1 + stride;
    int at3 = at2 + stride;
    int at4 = at3 + stride;
    int at5 = at4 + stride;
    FloatVector y00 = load(y, at);
    FloatVector y01 = load(y, at + L);
    FloatVector y10 = load(y, at1);
    FloatVector y11 = load(y, at1 + L);
    FloatVector y20 = load(y, at2);
    FloatVector y21 = load(y, at2 + L);
    FloatVector y30 = load(y, at3);
    FloatVector y31 = load(y, at3 + L);
    FloatVector y40 = load(y, at4);
    FloatVector y41 = load(y, at4 + L);
    FloatVector y50 = load(y, at5);
    FloatVector y51 = load(y, at5 + L);
    for (int k = 0, j = fromW; k < depth; k++, j += 2 * L) {
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + L);
      FloatVector a = FloatVector.broadcast(Lanes.FLOATS, x[from + k]);
      y00 = a.fma(w0, y00);
      y01 = a.fma(w1, y01);
      a = FloatVector.broadcast(Lanes.FLOATS, x[x1 + k]);
      y10 = a.fma(w0, y10);
      y11 = a.fma(w1, y11);
      a = FloatVector.broadcast(Lanes.FLOATS, x[x2 + k]);
      y20 = a.fma(w0, y20);
      y21 = a.fma(w1, y21);
      a = FloatVector.broadcast(Lanes.FLOATS, x[x3 + k]);
      y30 = a.fma(w0, y30);
      y31 = a.fma(w1, y31);
      a = FloatVector.broadcast(Lanes.FLOATS, x[x4 + k]);
      y40 = a.fma(w0, y40);
      y41 = a.fma(w1, y41);
      a = FloatVector.broadcast(Lanes.FLOATS, x[x5 + k]);
      y50 = a.fma(w0, y50);
      y51 = a.fma(w1, y51);
    }
    y00.intoArray(y, at);
    y01.intoArray(y, at + L);
    y10.intoArray(y, at1);
    y11.intoArray(y, at1 + L);
    y20.intoArray(y, at2);
    y21.intoArray(y, at2 + L);
    y30.intoArray(y, at3);
    y31.intoArray(y, at3 + L);
    y40.intoArray(y, at4);
    y41.intoArray(y, at4 + L);
    y50.intoArray(y, at5);
    y51.intoArray(y, at5 + L);
  }

  private static void fourByThree(
      float[] x,
      int from,
      int strideX,
      float[] w,
      int fromW,
      int depth,
      float[] y,
      int at,
      int stride) {
    int x1 = from + strideX;
    int x2 = x1 + strideX;
    int x3 = x2 + strideX;
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
    for (int k = 0, j = fromW; k < depth; k++, j += 3 * L) {
      FloatVector w0 = load(w, j);
      FloatVector w1 = load(w, j + L);
      FloatVector w2 = load(w, j + 2 * L);
      FloatVector a = FloatVector.broadcast(Lanes.FLOATS, x[from + k]);
      y00 = a.fma(w0, y00);
      y01 = a.fma(w1, y01);
      y02 = a.fma(w2, y02);
      a = FloatVector.broadcast(Lanes.FLOATS, x[x1 + k]);
      y10 = a.fma(w0, y10);
      y11 = a.fma(w1, y11);
      y12 = a.fma(w2, y12);
      a = FloatVector.broadcast(Lanes.FLOATS, x[x2 + k]);
      y20 = a.fma(w0, y20);
      y21 = a.fma(w1, y21);
      y22 = a.fma(w2, y22);
      a = FloatVector.broadcast(Lanes.FLOATS, x[x3 + k]);
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

  @Override
  public void dots(
      float[] x, int rows, int in, MemorySegment w, long fromByte, int outputs, float[] y) {
    VectorDots.dots(x, rows, in, w, fromByte, outputs, y);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOATS, from, at);
  }
}

package halfstep.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** {@link MatmulKernel} in plain loops over separate rows: the form that the JIT vectorises. */
final class ScalarMatmul implements MatmulKernel {

  private static final int ROWS = 4;
  private static final int COLUMNS = 64;

  @Override
  public int rows() {
    return ROWS;
  }

  @Override
  public int columns() {
    return COLUMNS;
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
    float[] y0 = new float[COLUMNS];
    float[] y1 = new float[COLUMNS];
    float[] y2 = new float[COLUMNS];
    float[] y3 = new float[COLUMNS];
    float[] line = new float[COLUMNS];
    for (int strip = 0; strip < strips; strip++) {
      int tile = at + strip * ROWS * stride;
      System.arraycopy(y, tile, y0, 0, COLUMNS);
      System.arraycopy(y, tile + stride, y1, 0, COLUMNS);
      System.arraycopy(y, tile + 2 * stride, y2, 0, COLUMNS);
      System.arraycopy(y, tile + 3 * stride, y3, 0, COLUMNS);
      for (int k = 0, i = fromX + strip * ROWS * strideX; k < depth; k++, i++) {
        System.arraycopy(w, fromW + k * COLUMNS, line, 0, COLUMNS);
        addTwo(y0, y1, line, x[i], x[i + strideX]);
        addTwo(y2, y3, line, x[i + 2 * strideX], x[i + 3 * strideX]);
      }
      System.arraycopy(y0, 0, y, tile, COLUMNS);
      System.arraycopy(y1, 0, y, tile + stride, COLUMNS);
      System.arraycopy(y2, 0, y, tile + 2 * stride, COLUMNS);
      System.arraycopy(y3, 0, y, tile + 3 * stride, COLUMNS);
    }
  }

  private static void addTwo(float[] y0, float[] y1, float[] w, float x0, float x1) {
    for (int j = 0; j < COLUMNS; j++) {
      y0[j] = Math.fma(x0, w[j], y0[j]);
      y1[j] = Math.fma(x1, w[j], y1[j]);
    }
  }

  @Override
  public void dots(
      float[] x, int rows, int in, MemorySegment w, long fromByte, int outputs, float[] y) {
    float[] weights = new float[in];
    float[] lanes = new float[DOT_LANES];
    for (int o = 0; o < outputs; o++) {
      long at = fromByte + (long) o * in * Float.BYTES;
      MemorySegment.copy(w, ValueLayout.JAVA_FLOAT_UNALIGNED, at, weights, 0, in);
      for (int r = 0; r < rows; r++) {
        y[r * outputs + o] = dot(x, r * in, weights, lanes);
      }
    }
  }

  private static float dot(float[] a, int from, float[] b, float[] lanes) {
    Arrays.fill(lanes, 0f);
    int i = 0;
    for (; i + DOT_LANES <= b.length; i += DOT_LANES) {
      for (int lane = 0; lane < DOT_LANES; lane++) {
        lanes[lane] = Math.fma(a[from + i + lane], b[i + lane], lanes[lane]);
      }
    }
    for (int lane = 0; i < b.length; i++, lane++) {
      lanes[lane] = Math.fma(a[from + i], b[i], lanes[lane]);
    }
    for (int half = DOT_LANES / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        lanes[lane] += lanes[lane + half];
      }
    }
    return lanes[0];
  }
}

package halfstep.llm;

import halfstep.tensor.Elements;
import halfstep.tensor.Matmul;
import halfstep.tensor.MatmulKernel;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.Arrays;

/**
 * One head in one window: {@code softmax(Q·Kᵀ/√d)·V}, some queries at a time, with both products by
 * the kernel of {@link Matmul}. Keys and values are laid out as its strips; a position that a query
 * does not see gets weight 0, which leaves the sum as it is.
 */
final class WindowHead {

  private static final MatmulKernel KERNEL = Matmul.kernel();

  /** Queries at a time, and positions or channels of a strip. */
  private static final int ROWS = KERNEL.rows();

  private static final int WIDTH = KERNEL.columns();

  private final Heads heads;
  private final int headDim;
  private final int head;
  private final long start;
  private final int past;
  private final int length;

  /** Strips of positions, each {@code headDim × WIDTH}. */
  private final float[] keys;

  /** Strips of channels, each {@code length × WIDTH}. */
  private final float[] values;

  WindowHead(Heads heads, Matrix k, Matrix v, Stretch stretch, int window, int head) {
    this.heads = heads;
    this.headDim = heads.headDim();
    this.head = head;
    this.start = stretch.windows().start(window);
    this.past = stretch.past().tokens();
    this.length = past + stretch.windows().length(window);
    this.keys = new float[padded(length) * headDim];
    this.values = new float[padded(headDim) * length];
    long first = stretch.past().start(stretch.windows(), window);
    long column = heads.keyColumn(head);
    float[] line = new float[headDim];
    for (int p = 0; p < length; p++) {
      k.read((first + p) * k.cols() + column, line, 0, headDim);
      layKey(p, line);
      v.read((first + p) * v.cols() + column, line, 0, headDim);
      layValue(p, line);
    }
  }

  private void layKey(int position, float[] key) {
    int strip = position - position % WIDTH;
    for (int d = 0, at = strip * headDim + position % WIDTH; d < headDim; d++, at += WIDTH) {
      keys[at] = key[d];
    }
  }

  private void layValue(int position, float[] value) {
    for (int d = 0; d < headDim; d += WIDTH) {
      int count = Math.min(WIDTH, headDim - d);
      System.arraycopy(value, d, values, d * length + position * WIDTH, count);
    }
  }

  /**
   * @param q turned queries of all heads; not modified
   * @param result gets this head's columns of this window's rows
   */
  void attend(Matrix q, Matrix result) {
    int across = padded(length);
    int channels = padded(headDim);
    float[] queries = new float[ROWS * headDim];
    float[] scores = new float[ROWS * across];
    float[] sums = new float[ROWS * channels];
    for (int p = past; p < length; p += ROWS) {
      Parallel.checkInterrupt("attention");
      int count = Math.min(ROWS, length - p);
      int from = heads.first(p);
      int to = p + count;
      for (int r = 0; r < count; r++) {
        q.read(element(q, p + r), queries, r * headDim, headDim);
      }
      scores(queries, scores, from, to, across);
      float[] totals = weights(scores, p, count, from, to, across);
      Arrays.fill(sums, 0f);
      for (int d = 0; d < headDim; d += WIDTH) {
        int strip = d * length + from * WIDTH;
        KERNEL.addProduct(scores, from, across, 1, values, strip, to - from, sums, d, channels);
      }
      for (int r = 0; r < count; r++) {
        for (int d = r * channels; d < r * channels + headDim; d++) {
          sums[d] /= totals[r];
        }
        result.write(element(result, p + r), sums, r * channels, headDim);
      }
    }
  }

  private long element(Matrix m, int position) {
    return (start + position - past) * m.cols() + heads.column(head);
  }

  /**
   * {@code Q·Kᵀ} of the positions from {@code from} to {@code to}, and of those in their strips.
   */
  private void scores(float[] queries, float[] scores, int from, int to, int across) {
    int first = from - from % WIDTH;
    for (int r = 0; r < ROWS; r++) {
      Arrays.fill(scores, r * across + first, r * across + padded(to), 0f);
    }
    for (int strip = first; strip < to; strip += WIDTH) {
      KERNEL.addProduct(
          queries, 0, headDim, 1, keys, strip * headDim, headDim, scores, strip, across);
    }
  }

  /** Turns scores into weights, 0 where a query sees nothing; returns the sum of each query's. */
  private float[] weights(float[] scores, int p, int count, int from, int to, int across) {
    float[] totals = new float[count];
    for (int r = 0; r < ROWS; r++) {
      int row = r * across;
      if (r >= count) {
        Arrays.fill(scores, row + from, row + to, 0f);
        continue;
      }
      int seen = row + heads.first(p + r);
      int end = row + p + r + 1;
      totals[r] = (float) Elements.exponentials(scores, seen, end, heads.scale());
      Arrays.fill(scores, row + from, seen, 0f);
      Arrays.fill(scores, end, row + to, 0f);
    }
    return totals;
  }

  private static int padded(int count) {
    return Math.ceilDiv(count, WIDTH) * WIDTH;
  }
}

package halfstep.llm;

import halfstep.llm.ModelConfig.Attention;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.Arrays;

/**
 * {@code softmax(q·kᵀ/√d)·v} with each token seeing itself and what precedes it in its own window,
 * no further back than the model's sight. Query head {@code h} reads key-value head {@code h /
 * (heads / keyValueHeads)}.
 */
final class CausalAttention {

  private static final int CHECK_EVERY = 16;

  /** Multiplications below which handing heads to another core costs more than it saves. */
  private static final long LEAST_WORK = 1 << 17;

  private final int headDim;
  private final int queriesPerKey;
  private final int heads;
  private final int sight;

  CausalAttention(Attention config) {
    this.headDim = config.headDim();
    this.heads = config.heads();
    this.queriesPerKey = config.heads() / config.keyValueHeads();
    this.sight = config.window().orElse(Integer.MAX_VALUE);
  }

  /**
   * All windows and heads.
   *
   * @param q turned queries, {@code tokens × heads·headDim}; not modified
   * @param k turned keys as the past laid them, {@code … × keyValueHeads·headDim}; not modified
   * @param v values, as {@code k}; not modified
   * @return a new matrix, {@code tokens × heads·headDim}
   */
  Matrix attend(Matrix q, Matrix k, Matrix v, Stretch stretch) {
    TokenWindows windows = stretch.windows();
    Matrix result = Matrix.zeros(q.rows(), q.cols());
    int past = stretch.past().tokens();
    long work = 2L * headDim * windows.longest() * (past + windows.longest());
    long all = (long) windows.count() * heads;
    long atOnce = Math.clamp(Math.ceilDiv(LEAST_WORK, work), 1, all);
    Parallel.blocks(
        Math.ceilDiv(all, atOnce),
        "attention",
        block -> {
          for (long index = block * atOnce; index < Math.min(all, (block + 1) * atOnce); index++) {
            int window = (int) (index / heads);
            int head = (int) (index % heads);
            if (windows.length(window) == 1) {
              new OneQuery(q, k, v, stretch, window, head).attend(result);
            } else {
              new Head(q, k, v, stretch, window, head).attend(result);
            }
          }
        });
    return result;
  }

  /**
   * One head of one new token, as in decoding: keys and values are read where they lie, for turning
   * them takes longer than using them once.
   */
  private final class OneQuery {
    private final Matrix q;
    private final Matrix k;
    private final Matrix v;
    private final long row;
    private final long first;
    private final int past;
    private final int head;

    OneQuery(Matrix q, Matrix k, Matrix v, Stretch stretch, int window, int head) {
      this.q = q;
      this.k = k;
      this.v = v;
      this.row = stretch.windows().start(window);
      this.first = stretch.past().start(stretch.windows(), window);
      this.past = stretch.past().tokens();
      this.head = head;
    }

    void attend(Matrix result) {
      float[] query = new float[headDim];
      float[] line = new float[headDim];
      float[] scores = new float[past + 1];
      float[] sum = new float[headDim];
      int from = Math.max(0, past + 1 - sight);
      long column = (long) (head / queriesPerKey) * headDim;
      q.read(row * q.cols() + (long) head * headDim, query, 0, headDim);
      for (int p = from; p <= past; p++) {
        k.read((first + p) * k.cols() + column, line, 0, headDim);
        scores[p] = dot(query, line);
      }
      float total = exponentials(scores, from, past + 1);
      for (int p = from; p <= past; p++) {
        v.read((first + p) * v.cols() + column, line, 0, headDim);
        addOne(sum, line, scores[p], 0, headDim);
      }
      for (int d = 0; d < headDim; d++) {
        sum[d] /= total;
      }
      result.write(row * q.cols() + (long) head * headDim, sum, 0, headDim);
    }
  }

  /** q·k in four chains: one alone would wait for each of its additions. */
  private static float dot(float[] a, float[] b) {
    float s = 0;
    float t = 0;
    float u = 0;
    float v = 0;
    int d = 0;
    for (; d + 4 <= a.length; d += 4) {
      s = Math.fma(a[d], b[d], s);
      t = Math.fma(a[d + 1], b[d + 1], t);
      u = Math.fma(a[d + 2], b[d + 2], u);
      v = Math.fma(a[d + 3], b[d + 3], v);
    }
    for (; d < a.length; d++) {
      s = Math.fma(a[d], b[d], s);
    }
    return (s + u) + (t + v);
  }

  /** Turns scores into {@code exp(score/√d − most)} and returns their sum. */
  private float exponentials(float[] scores, int from, int to) {
    float scale = (float) (1 / Math.sqrt(headDim));
    float most = Float.NEGATIVE_INFINITY;
    for (int j = from; j < to; j++) {
      most = Math.max(most, scores[j]);
    }
    double total = 0;
    for (int j = from; j < to; j++) {
      scores[j] = (float) Math.exp((scores[j] - most) * scale);
      total += scores[j];
    }
    return (float) total;
  }

  /** One head in one window. Keys lie transposed, so that the inner loops run over positions. */
  private final class Head {
    private final Matrix q;
    private final long start;
    private final int past;
    private final int head;
    private final float[][] keys;
    private final float[][] values;

    Head(Matrix q, Matrix k, Matrix v, Stretch stretch, int window, int head) {
      this.q = q;
      this.start = stretch.windows().start(window);
      this.past = stretch.past().tokens();
      this.head = head;
      int length = past + stretch.windows().length(window);
      long first = stretch.past().start(stretch.windows(), window);
      this.keys = new float[headDim][length];
      this.values = new float[length][headDim];
      long column = (long) (head / queriesPerKey) * headDim;
      float[] key = new float[headDim];
      for (int p = 0; p < length; p++) {
        k.read((first + p) * k.cols() + column, key, 0, headDim);
        for (int d = 0; d < headDim; d++) {
          keys[d][p] = key[d];
        }
        v.read((first + p) * v.cols() + column, values[p], 0, headDim);
      }
    }

    void attend(Matrix result) {
      float[] query = new float[headDim];
      float[] scores = new float[values.length];
      float[] sum = new float[headDim];
      long column = (long) head * headDim;
      for (int p = past; p < values.length; p++) {
        if (p % CHECK_EVERY == 0) {
          Parallel.checkInterrupt("attention");
        }
        long at = (start + p - past) * q.cols() + column;
        int from = Math.max(0, p + 1 - sight);
        q.read(at, query, 0, headDim);
        scores(query, scores, from, p + 1);
        float total = exponentials(scores, from, p + 1);
        weigh(scores, sum, from, p + 1);
        for (int d = 0; d < headDim; d++) {
          sum[d] /= total;
        }
        result.write(at, sum, 0, headDim);
      }
    }

    private void scores(float[] query, float[] scores, int from, int to) {
      Arrays.fill(scores, from, to, 0f);
      int d = 0;
      for (; d + 4 <= headDim; d += 4) {
        addFour(
            scores,
            keys[d],
            keys[d + 1],
            keys[d + 2],
            keys[d + 3],
            query[d],
            query[d + 1],
            query[d + 2],
            query[d + 3],
            from,
            to);
      }
      for (; d < headDim; d++) {
        addOne(scores, keys[d], query[d], from, to);
      }
    }

    private void weigh(float[] weights, float[] sum, int from, int to) {
      Arrays.fill(sum, 0f);
      int j = from;
      for (; j + 4 <= to; j += 4) {
        addFour(
            sum,
            values[j],
            values[j + 1],
            values[j + 2],
            values[j + 3],
            weights[j],
            weights[j + 1],
            weights[j + 2],
            weights[j + 3],
            0,
            headDim);
      }
      for (; j < to; j++) {
        addOne(sum, values[j], weights[j], 0, headDim);
      }
    }
  }

  /** {@code sum += a·x + b·y + c·z + d·w}: loads and stores the sum once for four products. */
  private static void addFour(
      float[] sum,
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float x,
      float y,
      float z,
      float w,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      float s = Math.fma(x, a[i], sum[i]);
      s = Math.fma(y, b[i], s);
      s = Math.fma(z, c[i], s);
      sum[i] = Math.fma(w, d[i], s);
    }
  }

  private static void addOne(float[] sum, float[] a, float x, int from, int to) {
    for (int i = from; i < to; i++) {
      sum[i] = Math.fma(x, a[i], sum[i]);
    }
  }
}

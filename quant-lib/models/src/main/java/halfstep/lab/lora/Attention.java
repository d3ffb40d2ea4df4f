package halfstep.lab.lora;

import halfstep.llm.ModelConfig;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Elements;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;

/**
 * Causal attention with grouped queries, and its way back:
 *
 * <pre>
 * S = Q·Kᵀ/√d     P = softmax(S)     O = P·V
 * dP = dO·Vᵀ      dS = P · (dP − Σ P·dP)      dQ = dS·K/√d      dK = dSᵀ·Q/√d      dV = Pᵀ·dO
 * </pre>
 *
 * <p>The heads that share keys are one piece of work: only it adds to their dK and dV.
 */
final class Attention {

  private final int headDim;
  private final int keyValueHeads;
  private final int queriesPerKey;
  private final int sight;

  Attention(ModelConfig.Attention config) {
    this.headDim = config.headDim();
    this.keyValueHeads = config.keyValueHeads();
    this.queriesPerKey = config.heads() / config.keyValueHeads();
    this.sight = config.window().orElse(Integer.MAX_VALUE);
  }

  /** Gradients of queries, keys and values, each of its shape. */
  record Slopes(Matrix q, Matrix k, Matrix v) {}

  /** One forward pass, kept for its way back. */
  final class Attended {
    private final Matrix q;
    private final Matrix k;
    private final Matrix v;
    private final TokenWindows windows;
    private final float[][][] weights; // [window · heads][query][key]
    private final Matrix output;

    private Attended(Matrix q, Matrix k, Matrix v, TokenWindows windows) {
      this.q = q;
      this.k = k;
      this.v = v;
      this.windows = windows;
      this.weights = new float[windows.count() * keyValueHeads * queriesPerKey][][];
      this.output = Matrix.zeros(q.rows(), q.cols());
      Parallel.blocks(pieces(), "attention", piece -> forward((int) piece));
    }

    /** {@code tokens × heads·headDim}; not to be modified. */
    Matrix output() {
      return output;
    }

    private long pieces() {
      return (long) windows.count() * keyValueHeads;
    }

    private void forward(int piece) {
      int window = piece / keyValueHeads;
      int shared = piece % keyValueHeads;
      float[][] keys = transposed(head(k, window, shared));
      float[][] values = head(v, window, shared);
      for (int i = 0; i < queriesPerKey; i++) {
        int head = shared * queriesPerKey + i;
        float[][] queries = head(q, window, head);
        float[][] p = new float[queries.length][];
        float[][] out = new float[queries.length][headDim];
        for (int t = 0; t < queries.length; t++) {
          p[t] = softmax(queries[t], keys, t);
          for (int s = first(t); s <= t; s++) {
            addScaled(out[t], values[s], p[t][s], 0, headDim);
          }
        }
        weights[window * keyValueHeads * queriesPerKey + head] = p;
        put(out, output, window, head);
      }
    }

    /**
     * @param dOut {@code tokens × heads·headDim}; not modified
     */
    Slopes back(Matrix dOut) {
      Slopes slopes =
          new Slopes(
              Matrix.zeros(q.rows(), q.cols()),
              Matrix.zeros(k.rows(), k.cols()),
              Matrix.zeros(v.rows(), v.cols()));
      Parallel.blocks(pieces(), "attention", piece -> back((int) piece, dOut, slopes));
      return slopes;
    }

    private void back(int piece, Matrix dOut, Slopes slopes) {
      int window = piece / keyValueHeads;
      int shared = piece % keyValueHeads;
      float[][] keys = head(k, window, shared);
      float[][] values = transposed(head(v, window, shared));
      // by channel and position, as keys and values lie when positions run fastest
      float[][] dKeys = new float[headDim][keys.length];
      float[][] dValues = new float[headDim][keys.length];
      float scale = scale();
      for (int i = 0; i < queriesPerKey; i++) {
        int head = shared * queriesPerKey + i;
        float[][] p = weights[window * keyValueHeads * queriesPerKey + head];
        float[][] queries = head(q, window, head);
        float[][] slope = head(dOut, window, head);
        float[][] dQueries = new float[keys.length][headDim];
        for (int t = 0; t < keys.length; t++) {
          int from = first(t);
          float[] dScores = dScores(p[t], slope[t], values, t);
          for (int s = from; s <= t; s++) {
            addScaled(dQueries[t], keys[s], dScores[s] * scale, 0, headDim);
          }
          for (int d = 0; d < headDim; d++) {
            addScaled(dKeys[d], dScores, queries[t][d] * scale, from, t + 1);
            addScaled(dValues[d], p[t], slope[t][d], from, t + 1);
          }
        }
        put(dQueries, slopes.q(), window, head);
      }
      put(transposed(dKeys), slopes.k(), window, shared);
      put(transposed(dValues), slopes.v(), window, shared);
    }

    /** A head's rows in one window, {@code length × headDim}. */
    private float[][] head(Matrix x, int window, int head) {
      float[][] rows = new float[windows.length(window)][headDim];
      for (int t = 0; t < rows.length; t++) {
        long at = (windows.start(window) + t) * x.cols() + (long) head * headDim;
        x.read(at, rows[t], 0, headDim);
      }
      return rows;
    }

    private void put(float[][] rows, Matrix x, int window, int head) {
      for (int t = 0; t < rows.length; t++) {
        long at = (windows.start(window) + t) * x.cols() + (long) head * headDim;
        x.write(at, rows[t], 0, headDim);
      }
    }
  }

  /**
   * Runs it.
   *
   * @param q turned queries, {@code tokens × heads·headDim}; kept, as are the others
   * @param k turned keys, {@code tokens × keyValueHeads·headDim}
   * @param v values, as {@code k}
   */
  Attended forward(Matrix q, Matrix k, Matrix v, TokenWindows windows) {
    return new Attended(q, k, v, windows);
  }

  private float scale() {
    return (float) (1 / Math.sqrt(headDim));
  }

  private int first(int t) {
    return Math.max(0, t + 1 - sight);
  }

  /**
   * @param keys by channel, {@code headDim × length}
   */
  private float[] softmax(float[] query, float[][] keys, int t) {
    int from = first(t);
    float[] scores = new float[t + 1];
    for (int d = 0; d < headDim; d++) {
      addScaled(scores, keys[d], query[d], from, t + 1);
    }
    float inverse = (float) (1 / Elements.exponentials(scores, from, t + 1, scale()));
    for (int s = from; s <= t; s++) {
      scores[s] *= inverse;
    }
    return scores;
  }

  /**
   * {@code dS = P · (dP − Σ P·dP)} of one query.
   *
   * @param values by channel, {@code headDim × length}
   */
  private float[] dScores(float[] p, float[] slope, float[][] values, int t) {
    int from = first(t);
    float[] d = new float[t + 1];
    for (int c = 0; c < headDim; c++) {
      addScaled(d, values[c], slope[c], from, t + 1);
    }
    double mean = 0;
    for (int s = from; s <= t; s++) {
      mean += (double) p[s] * d[s];
    }
    for (int s = from; s <= t; s++) {
      d[s] = p[s] * (d[s] - (float) mean);
    }
    return d;
  }

  private static float[][] transposed(float[][] x) {
    float[][] result = new float[x[0].length][x.length];
    for (int r = 0; r < x.length; r++) {
      for (int c = 0; c < result.length; c++) {
        result[c][r] = x[r][c];
      }
    }
    return result;
  }

  /** {@code sum += factor · x} from {@code from} (included) to {@code to} (excluded). */
  private static void addScaled(float[] sum, float[] x, float factor, int from, int to) {
    for (int i = from; i < to; i++) {
      sum[i] = Math.fma(factor, x[i], sum[i]);
    }
  }
}

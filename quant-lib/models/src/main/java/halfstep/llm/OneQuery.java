package halfstep.llm;

import halfstep.tensor.Elements;
import halfstep.tensor.Matrix;

/**
 * One head of one new token, as in decoding: keys and values are read where they lie, for laying
 * them out takes longer than using them once.
 */
final class OneQuery {

  private final Heads heads;
  private final Matrix k;
  private final Matrix v;
  private final long row;
  private final long first;
  private final int past;
  private final int head;

  OneQuery(Heads heads, Matrix k, Matrix v, Stretch stretch, int window, int head) {
    this.heads = heads;
    this.k = k;
    this.v = v;
    this.row = stretch.windows().start(window);
    this.first = stretch.past().start(stretch.windows(), window);
    this.past = stretch.past().tokens();
    this.head = head;
  }

  /**
   * @param q turned queries of all heads; not modified
   * @param result gets this head's part of this token's row
   */
  void attend(Matrix q, Matrix result) {
    int headDim = heads.headDim();
    long at = row * q.cols() + heads.column(head);
    float[] query = new float[headDim];
    float[] line = new float[headDim];
    float[] scores = new float[past + 1];
    float[] sum = new float[headDim];
    int from = heads.first(past);
    long column = heads.keyColumn(head);
    q.read(at, query, 0, headDim);
    for (int p = from; p <= past; p++) {
      k.read((first + p) * k.cols() + column, line, 0, headDim);
      scores[p] = dot(query, line);
    }
    float total = (float) Elements.exponentials(scores, from, past + 1, heads.scale());
    for (int p = from; p <= past; p++) {
      v.read((first + p) * v.cols() + column, line, 0, headDim);
      for (int d = 0; d < headDim; d++) {
        sum[d] = Math.fma(scores[p], line[d], sum[d]);
      }
    }
    for (int d = 0; d < headDim; d++) {
      sum[d] /= total;
    }
    result.write(at, sum, 0, headDim);
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
}

package halfstep.eval;

import halfstep.tensor.Matrix;

/** Log-probabilities of one row of logits, in double. */
final class LogSoftmax {

  private final float[] logits;
  private final double[] logs;

  LogSoftmax(int vocabulary) {
    this.logits = new float[vocabulary];
    this.logs = new double[vocabulary];
  }

  /**
   * Reads a row.
   *
   * @return log-probabilities, valid until the next call; not to be modified
   */
  double[] of(Matrix matrix, long row) {
    matrix.read(row * logits.length, logits, 0, logits.length);
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp((double) logit - most);
    }
    double normalizer = most + Math.log(sum);
    for (int i = 0; i < logs.length; i++) {
      logs[i] = logits[i] - normalizer;
    }
    return logs;
  }

  /** The log-probabilities of the row last read; not to be modified. */
  double[] logs() {
    return logs;
  }

  /** The token with the largest logit in the row last read; the first of equals. */
  int top() {
    int top = 0;
    for (int i = 1; i < logits.length; i++) {
      top = logits[i] > logits[top] ? i : top;
    }
    return top;
  }
}

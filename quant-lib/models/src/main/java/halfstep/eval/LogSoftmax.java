package halfstep.eval;

import halfstep.tensor.Matrix;

/** Probabilities of one row of logits and their logarithms, in double. */
final class LogSoftmax {

  private final float[] logits;
  private final double[] logs;
  private final double[] probabilities;

  LogSoftmax(int vocabulary) {
    this.logits = new float[vocabulary];
    this.logs = new double[vocabulary];
    this.probabilities = new double[vocabulary];
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
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp((double) logits[i] - most);
      sum += probabilities[i];
    }
    double normalizer = most + Math.log(sum);
    for (int i = 0; i < logs.length; i++) {
      logs[i] = logits[i] - normalizer;
      probabilities[i] /= sum;
    }
    return logs;
  }

  /** The log-probabilities of the row last read; not to be modified. */
  double[] logs() {
    return logs;
  }

  double probability(int token) {
    return probabilities[token];
  }

  /** KL(this ‖ other) = Σ p · (log p − log q), of the rows last read, in nats. */
  double divergenceFrom(LogSoftmax other) {
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      sum += probabilities[i] * (logs[i] - other.logs[i]);
    }
    return sum;
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

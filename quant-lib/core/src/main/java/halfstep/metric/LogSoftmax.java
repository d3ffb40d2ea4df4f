package halfstep.metric;

import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;

/** Probabilities of one row of logits and their logarithms, in double. For one thread. */
public final class LogSoftmax {

  private final float[] logits;
  private final double[] logs;
  private final double[] probabilities;

  /**
   * @param vocabulary logits of a row
   */
  public LogSoftmax(int vocabulary) {
    this.logits = new float[vocabulary];
    this.logs = new double[vocabulary];
    this.probabilities = new double[vocabulary];
  }

  /**
   * Reads a row.
   *
   * @param matrix logits, {@code rows × vocabulary}; not modified
   * @return log-probabilities, valid until the next call; not to be modified
   * @throws ShapeException if its rows have another length
   */
  public double[] of(Matrix matrix, long row) {
    if (matrix.cols() != logits.length) {
      throw new ShapeException(
          "logits are %s, but the vocabulary has %d tokens"
              .formatted(matrix.shape(), logits.length));
    }
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
  public double[] logs() {
    return logs;
  }

  /** The probability of a token in the row last read, 0 to 1. */
  public double probability(int token) {
    return probabilities[token];
  }

  /** KL(this ‖ other) = Σ p · (log p − log q), of the rows last read, in nats. */
  public double divergenceFrom(LogSoftmax other) {
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      sum += probabilities[i] * (logs[i] - other.logs[i]);
    }
    return sum;
  }

  /** The token with the largest logit in the row last read; the first of equals. */
  public int top() {
    int top = 0;
    for (int i = 1; i < logits.length; i++) {
      top = logits[i] > logits[top] ? i : top;
    }
    return top;
  }
}

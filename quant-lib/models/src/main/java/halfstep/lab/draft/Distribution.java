package halfstep.lab.draft;

import java.util.Arrays;

/** Next-token probabilities, and what speculative decoding does with two of them. */
public final class Distribution {

  private final double[] probabilities;

  private Distribution(double[] probabilities) {
    this.probabilities = probabilities;
  }

  /**
   * {@code softmax(logits / temperature)} in double; the limit at temperature 0 is all on the
   * largest, of equals the first.
   *
   * @param logits not modified
   */
  public static Distribution of(float[] logits, double temperature) {
    int top = 0;
    for (int token = 1; token < logits.length; token++) {
      top = logits[token] > logits[top] ? token : top;
    }
    double[] p = new double[logits.length];
    if (temperature == 0) {
      p[top] = 1;
      return new Distribution(p);
    }
    double sum = 0;
    for (int token = 0; token < p.length; token++) {
      p[token] = Math.exp(((double) logits[token] - logits[top]) / temperature);
      sum += p[token];
    }
    for (int token = 0; token < p.length; token++) {
      p[token] /= sum;
    }
    return new Distribution(p);
  }

  /** Probabilities that add up to 1; a copy. */
  static Distribution of(double... probabilities) {
    return new Distribution(probabilities.clone());
  }

  double probability(int token) {
    return probabilities[token];
  }

  /** A new array. */
  double[] toArray() {
    return probabilities.clone();
  }

  /**
   * Σ min(p, q): how likely a token drawn from the other is accepted, the same both ways (arXiv
   * 2211.17192, corollary 3.6).
   */
  double overlap(Distribution other) {
    double sum = 0;
    for (int token = 0; token < probabilities.length; token++) {
      sum += Math.min(probabilities[token], other.probabilities[token]);
    }
    return sum;
  }

  /**
   * What is drawn from in place of a token of {@code draft} that was refused: {@code max(0, p − q)}
   * over its sum. If rounding leaves nothing of it, this distribution itself.
   */
  Distribution without(Distribution draft) {
    double[] rest = new double[probabilities.length];
    double sum = 0;
    for (int token = 0; token < rest.length; token++) {
      rest[token] = Math.max(0, probabilities[token] - draft.probabilities[token]);
      sum += rest[token];
    }
    if (sum == 0) {
      return this;
    }
    for (int token = 0; token < rest.length; token++) {
      rest[token] /= sum;
    }
    return new Distribution(rest);
  }

  /** The most probable token; of equals the first. */
  int top() {
    int top = 0;
    for (int token = 1; token < probabilities.length; token++) {
      top = probabilities[token] > probabilities[top] ? token : top;
    }
    return top;
  }

  /**
   * The token at a point of the summed probability.
   *
   * @param point 0 (included) to 1 (excluded)
   */
  public int draw(double point) {
    double left = point;
    int last = 0;
    for (int token = 0; token < probabilities.length; token++) {
      if (probabilities[token] > 0) {
        last = token;
        left -= probabilities[token];
        if (left < 0) {
          return token;
        }
      }
    }
    return last; // rounding left a little over
  }

  @Override
  public String toString() {
    return Arrays.toString(probabilities);
  }
}

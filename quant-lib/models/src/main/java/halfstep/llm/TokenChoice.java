package halfstep.llm;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Chooses tokens one after the other. */
@FunctionalInterface
interface TokenChoice {

  /**
   * @param logits of all tokens; not modified
   */
  int next(float[] logits);

  static TokenChoice of(Sampling sampling) {
    return switch (sampling) {
      case Sampling.Greedy() -> TokenChoice::best;
      case Sampling.Drawn drawn -> {
        SplittableRandom random = new SplittableRandom(drawn.seed());
        yield logits -> draw(logits, drawn, random.nextDouble());
      }
    };
  }

  /** The largest; of equals the first. */
  static int best(float[] logits) {
    int best = 0;
    for (int token = 1; token < logits.length; token++) {
      best = logits[token] > logits[best] ? token : best;
    }
    return best;
  }

  /**
   * @param point where in the kept probability to stop, 0 (included) to 1 (excluded)
   */
  static int draw(float[] logits, Sampling.Drawn sampling, double point) {
    int[] tokens = mostProbable(logits, sampling.topK());
    double[] weights = new double[tokens.length];
    double total = 0;
    for (int i = 0; i < tokens.length; i++) {
      weights[i] = Math.exp((logits[tokens[i]] - logits[tokens[0]]) / sampling.temperature());
      total += weights[i];
    }
    int kept = 0;
    double keptTotal = 0;
    while (kept < tokens.length && (kept == 0 || keptTotal < sampling.topP() * total)) {
      keptTotal += weights[kept];
      kept++;
    }
    double left = point * keptTotal;
    for (int i = 0; i < kept; i++) {
      left -= weights[i];
      if (left < 0) {
        return tokens[i];
      }
    }
    return tokens[kept - 1];
  }

  /** Tokens by falling logit, of equals the first before; the first {@code most}, or all for 0. */
  private static int[] mostProbable(float[] logits, int most) {
    long[] keys = new long[logits.length]; // as numbers they are in the order that is wanted
    for (int token = 0; token < keys.length; token++) {
      int bits = Float.floatToIntBits(-logits[token]);
      int ordered = bits ^ bits >> 31 & Integer.MAX_VALUE;
      keys[token] = (long) ordered << 32 | token;
    }
    Arrays.sort(keys);
    int[] tokens = new int[most == 0 ? keys.length : Math.min(most, keys.length)];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (int) keys[i];
    }
    return tokens;
  }
}

package halfstep.lab.draft;

/**
 * What a draft gains if each of its proposals is kept with the same probability, independently
 * (arXiv 2211.17192, equations 1 and 3.8).
 *
 * @param acceptance of one proposal, 0 to 1
 */
public record Gain(double acceptance) {

  private static final int MOST = 16;

  /** Refuses what is no probability. */
  public Gain {
    if (!(acceptance >= 0 && acceptance <= 1)) {
      throw new IllegalArgumentException("acceptance %s is outside 0 to 1".formatted(acceptance));
    }
  }

  /** Tokens that a pass of the target gives: 1 + a + … + aᵏ. */
  public double tokensPerPass(int lookahead) {
    double sum = 1;
    double power = 1;
    for (int i = 0; i < lookahead; i++) {
      power *= acceptance;
      sum += power;
    }
    return sum;
  }

  /**
   * How often as fast as the target alone.
   *
   * @param cost time of a draft's token, in tokens of the target
   * @param check time of the target's pass over {@code lookahead + 1} tokens, in tokens of the
   *     target
   */
  public double speedUp(int lookahead, double cost, double check) {
    return tokensPerPass(lookahead) / (lookahead * cost + check);
  }

  /**
   * The cost of a draft's token at which nothing is won or lost, if checking costs as much as one
   * token. It falls with the lookahead and is the acceptance itself at 1.
   */
  public double breakEven(int lookahead) {
    return (tokensPerPass(lookahead) - 1) / lookahead;
  }

  /**
   * The lookahead from 1 to {@value #MOST} that gains most, if checking costs as much as one token.
   */
  public int best(double cost) {
    int best = 1;
    for (int lookahead = 2; lookahead <= MOST; lookahead++) {
      best = speedUp(lookahead, cost, 1) > speedUp(best, cost, 1) ? lookahead : best;
    }
    return best;
  }
}

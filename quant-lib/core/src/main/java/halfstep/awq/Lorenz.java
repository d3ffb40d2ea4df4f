package halfstep.awq;

import java.util.Arrays;
import java.util.Locale;

/**
 * How unevenly magnitude is spread over channels (M. O. Lorenz 1905): which share of all of it the
 * weakest channels carry together. Immutable.
 */
public final class Lorenz {

  private final double[] cumulative;

  private Lorenz(double[] cumulative) {
    this.cumulative = cumulative;
  }

  /** The curve of a salience. */
  public static Lorenz of(Salience salience) {
    float[] weakestFirst = salience.toArray();
    Arrays.sort(weakestFirst);
    double[] cumulative = new double[weakestFirst.length + 1];
    for (int i = 0; i < weakestFirst.length; i++) {
      cumulative[i + 1] = cumulative[i] + weakestFirst[i];
    }
    return new Lorenz(cumulative);
  }

  /** Number of channels. */
  public int channels() {
    return cumulative.length - 1;
  }

  /**
   * Share of all magnitude, 0 to 1, that the weakest channels carry together.
   *
   * @param weakest how many of them, 0 to {@link #channels}
   */
  public double share(int weakest) {
    double all = cumulative[channels()];
    return all == 0 ? (double) weakest / channels() : cumulative[weakest] / all;
  }

  /**
   * Gini's coefficient: twice the area between the curve and the diagonal. 0 when all channels are
   * driven alike, (n − 1)/n when one of n carries everything.
   */
  public double gini() {
    int n = channels();
    double area = 0;
    for (int i = 0; i < n; i++) {
      area += (share(i) + share(i + 1)) / (2.0 * n);
    }
    return 1 - 2 * area;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "Lorenz curve of %d channels, Gini %.3f", channels(), gini());
  }
}

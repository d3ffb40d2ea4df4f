package halfstep.lab.draft;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Pearson's test whether counts follow a distribution, or two rows of counts the same one. Cells
 * that are expected fewer than five times are pooled, the rarest first.
 *
 * @param statistic Σ (seen − expected)² / expected
 * @param degrees of freedom: cells − 1
 * @param pValue how likely so large a statistic is if they do; small refutes it
 */
public record ChiSquare(double statistic, int degrees, double pValue) {

  private static final double LEAST_EXPECTED = 5;
  private static final int TERMS = 10_000;
  private static final double EXACT = 1e-15;

  /**
   * Whether draws follow known probabilities.
   *
   * @param counts how often each outcome was drawn; not modified
   * @param probabilities that add up to 1; not modified
   * @throws IllegalArgumentException if fewer than two cells are left
   */
  public static ChiSquare goodnessOfFit(long[] counts, double[] probabilities) {
    double draws = Arrays.stream(counts).sum();
    double[] expected = Arrays.stream(probabilities).map(p -> p * draws).toArray();
    double[][] rows = {Arrays.stream(counts).asDoubleStream().toArray()};
    return of(pooled(expected, rows, expected), new double[] {1}, draws);
  }

  /**
   * Whether two rows of draws come from one distribution.
   *
   * @param first counts by outcome; not modified
   * @param second counts of the same outcomes; not modified
   * @throws IllegalArgumentException if fewer than two cells are left
   */
  public static ChiSquare homogeneity(long[] first, long[] second) {
    double[] a = Arrays.stream(first).asDoubleStream().toArray();
    double[] b = Arrays.stream(second).asDoubleStream().toArray();
    double[] both = new double[a.length];
    Arrays.setAll(both, cell -> a[cell] + b[cell]);
    double sumA = Arrays.stream(a).sum();
    double sumB = Arrays.stream(b).sum();
    double all = sumA + sumB;
    double smaller = Math.min(sumA, sumB) / all;
    double[] least = Arrays.stream(both).map(sum -> sum * smaller).toArray();
    return of(
        pooled(least, new double[][] {a, b}, both), new double[] {sumA / all, sumB / all}, all);
  }

  /**
   * Joins the rarest cells until each is expected often enough.
   *
   * @param least expected count that must be reached
   * @return the rows, then the sums that expectations are made of
   */
  private static double[][] pooled(double[] least, double[][] rows, double[] sums) {
    int[] byRarity =
        IntStream.range(0, least.length)
            .boxed()
            .sorted(Comparator.comparingDouble(cell -> least[cell]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] pooled = new double[rows.length + 1][least.length];
    double rest = Arrays.stream(least).sum();
    int cells = 0;
    double reached = 0;
    for (int cell : byRarity) {
      for (int r = 0; r < rows.length; r++) {
        pooled[r][cells] += rows[r][cell];
      }
      pooled[rows.length][cells] += sums[cell];
      reached += least[cell];
      rest -= least[cell];
      if (reached >= LEAST_EXPECTED && rest >= LEAST_EXPECTED) {
        cells++;
        reached = 0;
      }
    }
    int count = reached > 0 ? cells + 1 : cells;
    return Arrays.stream(pooled).map(row -> Arrays.copyOf(row, count)).toArray(double[][]::new);
  }

  private static ChiSquare of(double[][] pooled, double[] shares, double draws) {
    double[] sums = pooled[pooled.length - 1];
    if (sums.length < 2) {
      throw new IllegalArgumentException(
          "%.0f draws leave %d cell that is expected five times; a test needs two: draw more"
              .formatted(draws, sums.length));
    }
    double statistic = 0;
    for (int r = 0; r < shares.length; r++) {
      for (int cell = 0; cell < sums.length; cell++) {
        double expected = sums[cell] * shares[r];
        double difference = pooled[r][cell] - expected;
        statistic += difference * difference / expected;
      }
    }
    int degrees = sums.length - 1;
    return new ChiSquare(statistic, degrees, upperTail(degrees / 2.0, statistic / 2));
  }

  /**
   * The regularized upper incomplete gamma function Q(a, x): its series below a + 1, its continued
   * fraction above (NIST Digital Library of Mathematical Functions, 8.11.4 and 8.9.2).
   */
  static double upperTail(double a, double x) {
    if (x <= 0) {
      return 1;
    }
    double front = Math.exp(a * Math.log(x) - x - logGamma(a));
    return x < a + 1 ? 1 - front * series(a, x) : front * fraction(a, x);
  }

  /** Σ xⁿ / (a·(a+1)⋯(a+n)) */
  private static double series(double a, double x) {
    double term = 1 / a;
    double sum = term;
    for (int n = 1; n < TERMS && term > EXACT * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum;
  }

  /** 1/(x+1−a− 1·(1−a)/(x+3−a− …)), from the front by Lentz's method. */
  private static double fraction(double a, double x) {
    double b = x + 1 - a;
    double c = 1 / Double.MIN_NORMAL;
    double d = 1 / b;
    double value = d;
    double change = 0;
    for (int n = 1; n < TERMS && Math.abs(change - 1) > EXACT; n++) {
      double numerator = -n * (n - a);
      b += 2;
      d = 1 / (numerator * d + b);
      c = b + numerator / c;
      change = c * d;
      value *= change;
    }
    return value;
  }

  /** Stirling's series after raising the argument to 10 or more. */
  private static double logGamma(double a) {
    double shift = 0;
    double x = a;
    while (x < 10) {
      shift += Math.log(x);
      x++;
    }
    double inverse = 1 / (x * x);
    double series =
        (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / x;
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "χ² = %.1f, %d df, p = %.3f", statistic, degrees, pValue);
  }
}

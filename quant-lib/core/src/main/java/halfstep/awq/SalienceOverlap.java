package halfstep.awq;

import halfstep.tensor.ShapeException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whether two calibrations single out the same channels.
 *
 * @param top how many of the strongest channels of each were compared
 * @param shared how many of them are the same
 * @param jaccard shared over all that either singles out, 0 to 1
 * @param spearman correlation of the ranks of all channels, −1 to 1; NaN if one side is constant
 */
public record SalienceOverlap(int top, int shared, double jaccard, double spearman) {

  /**
   * Compares.
   *
   * @param fraction share of the channels that counts as strongest, 0 to 1
   * @throws ShapeException if the two have different channels
   */
  public static SalienceOverlap of(Salience one, Salience other, double fraction) {
    if (one.channels() != other.channels()) {
      throw new ShapeException(
          "one salience has %d channels, the other %d; compare the same layer's inputs"
              .formatted(one.channels(), other.channels()));
    }
    int[] strongest = one.top(fraction);
    Set<Integer> both = new HashSet<>();
    IntStream.of(strongest).forEach(both::add);
    Set<Integer> either = new HashSet<>(both);
    int[] others = other.top(fraction);
    both.retainAll(IntStream.of(others).boxed().toList());
    IntStream.of(others).forEach(either::add);
    return new SalienceOverlap(
        strongest.length,
        both.size(),
        (double) both.size() / either.size(),
        correlation(ranks(one.toArray()), ranks(other.toArray())));
  }

  /** Ranks from 1; equal values share the mean of theirs. */
  private static double[] ranks(float[] values) {
    Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
    double[] ranks = new double[values.length];
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  /** Pearson's. */
  private static double correlation(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElse(0);
    double meanY = Arrays.stream(y).average().orElse(0);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of the strongest %d channels are the same (Jaccard %.2f), ranks correlate by %.3f",
        shared,
        top,
        jaccard,
        spearman);
  }
}

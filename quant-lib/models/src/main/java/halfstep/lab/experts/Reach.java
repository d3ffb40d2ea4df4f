package halfstep.lab.experts;

import halfstep.eval.Interval;
import java.util.List;

/**
 * How many of a text's tokens an expert reads.
 *
 * @param expert which
 * @param text the text's name
 * @param reached tokens routed to it, window by window
 * @param lengths tokens of each window
 */
public record Reach(Expert expert, String text, List<Integer> reached, List<Integer> lengths) {

  private static final double Z = 1.959964;

  /** Takes copies. */
  public Reach {
    reached = List.copyOf(reached);
    lengths = List.copyOf(lengths);
  }

  /** Tokens routed to it. */
  public long tokens() {
    return sum(reached);
  }

  /** Tokens of the text. */
  public long of() {
    return sum(lengths);
  }

  /** Share of the text's tokens that it reads, 0 to 1; even is {@code perToken / experts}. */
  public double share() {
    return (double) tokens() / of();
  }

  /**
   * Where the share lies with 95 %, windows taken as independent: they differ more than tokens do,
   * since a passage keeps its subject. A single window tells nothing: 0 to 1.
   */
  public Interval interval() {
    int n = reached.size();
    if (n < 2) {
      return new Interval(0, 1);
    }
    double mean = share();
    double square = 0;
    for (int w = 0; w < n; w++) {
      double deviation = reached.get(w) - mean * lengths.get(w);
      square += deviation * deviation;
    }
    double error = Math.sqrt(n / (n - 1.0) * square) / of();
    return new Interval(Math.max(0, mean - Z * error), Math.min(1, mean + Z * error));
  }

  private static long sum(List<Integer> counts) {
    return counts.stream().mapToLong(Integer::longValue).sum();
  }
}

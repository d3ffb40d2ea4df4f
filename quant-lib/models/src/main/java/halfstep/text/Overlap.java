package halfstep.text;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How much of one text another repeats: calibrating on what is evaluated flatters the result.
 *
 * @param length tokens of the sequences that are compared
 * @param shared sequences of the evaluation that the calibration holds too
 * @param all sequences of the evaluation, one from each token on
 */
public record Overlap(int length, int shared, int all) {

  /** Sequences of 13 tokens, as GPT-3's authors looked for test texts among their training. */
  public static final int LENGTH = 13;

  /** More than this share is worth a warning: imports, licences and sayings alone come to less. */
  public static final double NOTABLE = 0.1;

  /**
   * Compares with one stream.
   *
   * @param calibration windows of tokens; sequences across two windows do not count
   * @param evaluation tokens of the same tokenizer
   */
  public static Overlap of(Iterable<int[]> calibration, int[] evaluation) {
    return of(calibration, List.of(evaluation));
  }

  /**
   * Compares window with window.
   *
   * @param calibration windows of tokens; sequences across two windows do not count
   * @param evaluation windows of the same tokenizer's tokens; across two of them nothing counts
   */
  public static Overlap of(Iterable<int[]> calibration, List<int[]> evaluation) {
    Set<Long> known = new HashSet<>();
    for (int[] window : calibration) {
      for (int from = 0; from + LENGTH <= window.length; from++) {
        known.add(hash(window, from));
      }
    }
    int all = 0;
    int shared = 0;
    for (int[] window : evaluation) {
      for (int from = 0; from + LENGTH <= window.length; from++) {
        all++;
        shared += known.contains(hash(window, from)) ? 1 : 0;
      }
    }
    return new Overlap(LENGTH, shared, all);
  }

  /** 64 bits of multiply and mix: two sequences in a billion share a value by chance. */
  private static long hash(int[] tokens, int from) {
    long hash = 0x9E3779B97F4A7C15L;
    for (int i = from; i < from + LENGTH; i++) {
      hash = (hash ^ tokens[i]) * 0xBF58476D1CE4E5B9L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  /** The share that is known, 0 to 1. */
  public double share() {
    return all == 0 ? 0 : (double) shared / all;
  }

  /** Whether the evaluation is flattered. */
  public boolean isNotable() {
    return share() > NOTABLE;
  }

  /** The warning's sentence. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.1f %% of the evaluation's sequences of %d tokens are in the calibration too%s",
        100 * share(),
        length,
        isNotable() ? ": its result is flattered; calibrate on another text" : "");
  }
}

package halfstep.magics.command;

import halfstep.safetensors.Names;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What the writer of an unknown word may have meant. */
public final class Nearest {

  private static final int LEAST_PART = 4;

  private Nearest() {}

  /**
   * The candidates closest to a word, closest first: those that contain it, then by the number of
   * letters to change. Equally close ones keep their order.
   *
   * @param most how many to return at most
   */
  public static List<String> to(String word, Collection<String> candidates, int most) {
    String wanted = word.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .distinct()
        .sorted(
            Comparator.comparing((String c) -> !holds(c, wanted))
                .thenComparingInt(c -> Names.distance(wanted, c.toLowerCase(Locale.ROOT))))
        .limit(most)
        .toList();
  }

  /** Whether the word is a part of a longer one; of short words too many are. */
  private static boolean holds(String candidate, String wanted) {
    return wanted.length() >= LEAST_PART && candidate.toLowerCase(Locale.ROOT).contains(wanted);
  }
}

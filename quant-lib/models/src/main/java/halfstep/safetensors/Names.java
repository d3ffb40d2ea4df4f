package halfstep.safetensors;

import java.util.Collection;
import java.util.Comparator;

/** Names that users mistype, and names that files bring along. */
public final class Names {

  /** So many names are compared: a corrupt header may hold millions. */
  private static final int MOST_COMPARED = 10_000;

  private static final int MOST_LETTERS = 300;

  private Names() {}

  /**
   * Whether a name can only mean a file beside the one that names it: anything else would let a
   * checkpoint read other files.
   */
  public static boolean isPlainFile(String name) {
    return !name.isEmpty()
        && !name.startsWith(".")
        && name.chars().noneMatch(c -> c < ' ' || c == '/' || c == '\\' || c == ':');
  }

  /**
   * The name with the fewest edits to {@code wanted}, as the end of a refusal: {@code "; the
   * nearest is …"}; empty when there are no names.
   */
  public static String nearest(String wanted, Collection<String> names) {
    return names.stream()
        .limit(MOST_COMPARED)
        .filter(name -> name.length() <= MOST_LETTERS)
        .min(Comparator.<String>comparingInt(name -> distance(wanted, name)).thenComparing(n -> n))
        .map(name -> "; the nearest is " + name)
        .orElse("");
  }

  /** Levenshtein's distance: letters to insert, delete or replace. */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}

package halfstep.kernel.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The cells of this session and what they came to. Safe for use by any thread. */
public final class SessionHistory {

  /**
   * One cell.
   *
   * @param number its execution number
   * @param input its source
   * @param output its result as plain text, null when it had none
   */
  public record Entry(int number, String input, @Nullable String output) {}

  private final List<Entry> entries = new ArrayList<>();

  /**
   * Remembers a cell.
   *
   * @param entry the cell
   */
  public synchronized void add(Entry entry) {
    entries.add(entry);
  }

  /**
   * The last cells.
   *
   * @param count how many
   * @return oldest first
   */
  public synchronized List<Entry> tail(int count) {
    return List.copyOf(
        entries.subList(Math.max(0, entries.size() - Math.max(0, count)), entries.size()));
  }

  /**
   * The cells with numbers in a range.
   *
   * @param start first number
   * @param stop number after the last
   * @return in order
   */
  public synchronized List<Entry> range(int start, int stop) {
    return entries.stream().filter(e -> e.number() >= start && e.number() < stop).toList();
  }

  /**
   * The last cells that match.
   *
   * @param glob {@code *} stands for any text, {@code ?} for one character; the whole cell must
   *     match
   * @param count how many, negative for all
   * @param unique whether equal cells count once, the latest of them
   * @return oldest first
   */
  public synchronized List<Entry> search(String glob, int count, boolean unique) {
    List<Entry> found =
        new ArrayList<>(entries.stream().filter(e -> matches(glob, e.input())).toList());
    if (unique) {
      Map<String, Entry> latest = new LinkedHashMap<>();
      found.forEach(e -> {
        latest.remove(e.input());
        latest.put(e.input(), e);
      });
      found = new ArrayList<>(latest.values());
    }
    return List.copyOf(
        count < 0 ? found : found.subList(Math.max(0, found.size() - count), found.size()));
  }

  /**
   * Whether a text is what a glob stands for. Goes back to the latest {@code *} alone, which is
   * enough, and no pattern takes more steps than its length times the text's.
   */
  static boolean matches(String glob, String text) {
    int at = 0;
    int star = -1;
    int from = 0;
    int i = 0;
    while (i < text.length()) {
      if (at < glob.length() && glob.charAt(at) == '*') {
        star = at++;
        from = i;
      } else if (at < glob.length()
          && (glob.charAt(at) == '?' || glob.charAt(at) == text.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++from;
      } else {
        return false;
      }
    }
    while (at < glob.length() && glob.charAt(at) == '*') {
      at++;
    }
    return at == glob.length();
  }
}

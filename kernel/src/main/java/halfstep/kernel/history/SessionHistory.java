package halfstep.kernel.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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
    Pattern pattern = pattern(glob);
    List<Entry> found =
        new ArrayList<>(
            entries.stream().filter(e -> pattern.matcher(e.input()).matches()).toList());
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

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}

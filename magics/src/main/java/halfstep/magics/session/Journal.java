package halfstep.magics.session;

import halfstep.kernel.spi.MimeBundle;
import halfstep.magics.command.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What commands have shown since the last report, so that a report can be written of it. Running a
 * notebook twice gives the same report twice, since each begins where the one before ended.
 */
public final class Journal {

  /** Characters that are kept; the oldest entries make room. */
  private static final long MOST_CHARACTERS = 64L << 20;

  private final Deque<Entry> entries = new ArrayDeque<>();
  private boolean written;
  private int forgotten;

  /** One command and what it showed. */
  public static final class Entry {

    private final String line;
    private final List<MimeBundle> shown = new ArrayList<>();

    private Entry(String line) {
      this.line = line;
    }

    /** As it was typed. */
    public String line() {
      return line;
    }

    /** What it showed, in order. */
    public synchronized List<MimeBundle> shown() {
      return List.copyOf(shown);
    }

    /** Adds what is shown; nothing, if nothing is. */
    public synchronized void add(MimeBundle bundle) {
      if (!bundle.data().isEmpty()) {
        shown.add(bundle);
      }
    }

    /** Replaces what was shown before. */
    public synchronized void replace(MimeBundle before, MimeBundle after) {
      int at = shown.indexOf(before);
      if (at >= 0) {
        shown.set(at, after);
      }
    }

    private long characters() {
      return shown().stream()
          .flatMap(bundle -> bundle.data().values().stream())
          .mapToLong(content -> content instanceof String text ? text.length() : 0)
          .sum();
    }
  }

  /**
   * Begins the entry of a command; help and reports themselves have one that is not kept.
   *
   * @param name of the command, without its first sign
   * @param words what follows it
   */
  public Entry begin(String name, List<String> words, Request request) {
    Entry entry = new Entry(line(name, words));
    if (request instanceof Request.Help || request instanceof Request.WriteReport) {
      return entry;
    }
    if (written) {
      entries.clear();
      written = false;
      forgotten = 0;
    }
    entries.add(entry);
    forgetOldest();
    return entry;
  }

  /** What was shown, oldest first, without commands that showed nothing. */
  public List<Entry> entries() {
    return entries.stream().filter(entry -> !entry.shown().isEmpty()).toList();
  }

  /** How many of the oldest commands had to make room. */
  public int forgotten() {
    return forgotten;
  }

  /** A report was written: the next command begins the next one. */
  public void close() {
    written = true;
  }

  private void forgetOldest() {
    long kept = entries.stream().mapToLong(Entry::characters).sum();
    while (kept > MOST_CHARACTERS && entries.size() > 1) {
      kept -= entries.removeFirst().characters();
      forgotten++;
    }
  }

  private static String line(String name, List<String> words) {
    StringBuilder line = new StringBuilder("%").append(name);
    words.forEach(word -> line.append(' ').append(quoted(word)));
    return line.toString();
  }

  private static String quoted(String word) {
    return word.isEmpty() || word.matches(".*[\\s\"'].*")
        ? '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"'
        : word;
  }
}

package halfstep.kernel.source;

/**
 * The Java before a line of a cell, told from its comments as it grows: a cell of many lines is not
 * looked through anew for each of them. A comment's beginning in a string is taken for one.
 */
final class JavaSoFar {

  private static final char NOTHING = 0;

  private final StringBuilder text = new StringBuilder();
  private char lastOfCode = NOTHING;
  private char last = NOTHING;
  private boolean comments;
  private boolean open;

  void add(String line) {
    text.append(line).append('\n');
    comments |= line.contains("/*");
    String stripped = line.strip();
    last = stripped.isEmpty() ? last : stripped.charAt(stripped.length() - 1);
    int i = 0;
    while (i < line.length()) {
      if (open) {
        int end = line.indexOf("*/", i);
        open = end < 0;
        i = open ? line.length() : end + 2;
      } else if (line.startsWith("//", i)) {
        i = line.length();
      } else if (line.startsWith("/*", i)) {
        open = true;
        i += 2;
      } else {
        lastOfCode = Character.isWhitespace(line.charAt(i)) ? lastOfCode : line.charAt(i);
        i++;
      }
    }
  }

  void clear() {
    text.setLength(0);
    lastOfCode = NOTHING;
    last = NOTHING;
    comments = false;
    open = false;
  }

  /** Whether there is nothing but comments, all of them closed. */
  boolean isBlank() {
    return lastOfCode == NOTHING && !open;
  }

  /** Whether a comment of several lines may have begun. */
  boolean hasComments() {
    return comments;
  }

  /** Whether it ends as a statement or a block does; what an open comment holds may be a string. */
  boolean ends() {
    char end = open ? last : lastOfCode;
    return end == ';' || end == '}';
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

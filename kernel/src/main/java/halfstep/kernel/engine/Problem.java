package halfstep.kernel.engine;

import org.jspecify.annotations.Nullable;

/**
 * One message of the compiler, placed in its cell.
 *
 * @param message the compiler's words, possibly of several lines
 * @param line line in the cell, from 1
 * @param text that line
 * @param column where the marked part begins in it, from 0
 * @param width how many characters of this line are marked, at least 1
 * @param hint a way out, null when none is known
 */
public record Problem(
    String message, int line, String text, int column, int width, @Nullable String hint) {

  static Problem at(
      String source, int firstLine, String message, int start, int end, @Nullable String hint) {
    int from = Math.clamp(start, 0, source.length());
    int lineStart = source.lastIndexOf('\n', Math.max(from - 1, -1)) + 1;
    int newline = source.indexOf('\n', from);
    int lineEnd = newline < 0 ? source.length() : newline;
    int line =
        firstLine + (int) source.substring(0, lineStart).chars().filter(c -> c == '\n').count();
    int width = Math.max(1, Math.min(end, lineEnd) - from);
    return new Problem(
        message, line, source.substring(lineStart, lineEnd), from - lineStart, width, hint);
  }
}

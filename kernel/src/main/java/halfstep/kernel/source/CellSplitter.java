package halfstep.kernel.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a cell into Java and magics. A line is a magic only where a Java statement could begin, so
 * that {@code 10 %7} stays arithmetic, also when it is spread over two lines.
 */
public final class CellSplitter {

  private static final Pattern WHOLE =
      Pattern.compile("\\A\\s*%%(\\w[\\w.-]*)(\\?|)([^\\n]*)(?:\\n|\\z)");
  private static final Pattern EXPLAIN = Pattern.compile("\\s*([A-Za-z_$][\\w$.]*)(\\?\\??)\\s*");
  private static final Pattern LINE = Pattern.compile("\\s*%([A-Za-z]\\w*)(\\?\\s*$|)(.*)");
  private static final Pattern ASSIGNED = Pattern.compile("[^\"'/%=]*=\\s*%[A-Za-z].*");

  private final Predicate<String> complete;
  private final Predicate<String> unterminated;
  private final Predicate<String> magic;
  private final UnaryOperator<String> transpiler;

  /**
   * Makes a splitter.
   *
   * @param complete whether a non-blank text is complete Java
   * @param unterminated whether complete Java lacks its last semicolon, as in {@code int x = 5}
   * @param magic whether a name is a line magic's
   * @param transpiler turns a line {@code T x = %magic …} into Java
   */
  public CellSplitter(
      Predicate<String> complete,
      Predicate<String> unterminated,
      Predicate<String> magic,
      UnaryOperator<String> transpiler) {
    this.complete = complete;
    this.unterminated = unterminated;
    this.magic = magic;
    this.transpiler = transpiler;
  }

  /**
   * Splits.
   *
   * @param source a cell
   * @return its parts in order, without blank ones
   */
  public List<CellPart> split(String source) {
    Matcher whole = WHOLE.matcher(source);
    if (whole.find()) {
      return List.of(
          whole.group(2).isEmpty()
              ? new CellPart.Whole(whole.group(1), whole.group(3), source.substring(whole.end()))
              : new CellPart.Help(whole.group(1)));
    }
    Matcher explain = EXPLAIN.matcher(source);
    if (explain.matches()) {
      return List.of(new CellPart.Explain(explain.group(1), explain.group(2).length() - 1));
    }
    List<CellPart> parts = new ArrayList<>();
    JavaSoFar java = new JavaSoFar();
    String[] lines = source.split("\n", -1);
    int javaLine = 1;
    for (int i = 0; i < lines.length; i++) {
      Matcher line = LINE.matcher(lines[i]);
      if (line.matches() && startsStatement(java, line.group(1))) {
        addJava(parts, java, javaLine);
        javaLine = i + 2;
        parts.add(
            line.group(2).isEmpty()
                ? new CellPart.Line(line.group(1), line.group(3))
                : new CellPart.Help(line.group(1)));
      } else {
        boolean assigned = ASSIGNED.matcher(lines[i]).matches() && startsStatement(java, "");
        java.add(assigned ? transpiler.apply(lines[i]) : lines[i]);
      }
    }
    addJava(parts, java, javaLine);
    return parts;
  }

  /**
   * Whether a statement may begin after {@code before}; after a bare expression only a known magic
   * does.
   */
  private boolean startsStatement(JavaSoFar java, String name) {
    if (java.isBlank()) {
      return !java.hasComments() || complete.test(java.toString());
    }
    if (!java.ends() && !magic.test(name)) {
      return false;
    }
    String before = java.toString();
    return complete.test(before) && (java.ends() || !unterminated.test(before));
  }

  private static void addJava(List<CellPart> parts, JavaSoFar java, int line) {
    if (!java.toString().isBlank()) {
      parts.add(new CellPart.Java(java.toString(), line));
    }
    java.clear();
  }
}

package halfstep.kernel.engine;

import halfstep.kernel.spi.Completion;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis.Documentation;

/** Tells of the matches of a completion what they are. */
public final class Labels {

  /** More matches than this are told only by how they are spelt, because each costs a look. */
  private static final int MOST_SIGNATURES = 12;

  /**
   * What one match is.
   *
   * @param text the match
   * @param type what Jupyter calls its type: {@code function}, {@code class}, {@code instance} …
   * @param signature its signatures, one a line, empty when they were not looked up
   */
  public record Label(String text, String type, String signature) {}

  private final Engine engine;

  /**
   * Makes a teller.
   *
   * @param engine knows the declarations of earlier cells
   */
  public Labels(Engine engine) {
    this.engine = engine;
  }

  /**
   * Labels the matches.
   *
   * @param source the cell
   * @param completion offsets into {@code source}, and the matches
   * @return one label a match, in their order
   */
  public List<Label> of(String source, Completion completion) {
    boolean few = completion.matches().size() <= MOST_SIGNATURES;
    String before = source.substring(0, completion.start());
    List<Label> labels = new ArrayList<>();
    for (String match : completion.matches()) {
      labels.add(new Label(match, type(match), few ? signature(before, match) : ""));
    }
    return labels;
  }

  private static String type(String match) {
    if (match.startsWith("%")) {
      return "magic";
    }
    String name = match.substring(match.lastIndexOf('.', match.length() - 2) + 1);
    return match.contains("(")
        ? "function"
        : name.isEmpty() || Character.isLowerCase(name.charAt(0)) ? "instance" : "class";
  }

  private String signature(String before, String match) {
    int parenthesis = match.indexOf('(');
    if (parenthesis < 0) {
      return "";
    }
    String call = before + match.substring(0, parenthesis + 1);
    List<Documentation> found =
        engine.analyse(analysis -> analysis.documentation(call, call.length(), false));
    return String.join("\n", found.stream().map(Documentation::signature).distinct().toList());
  }
}

package halfstep.kernel.cell;

import halfstep.kernel.engine.Completer;
import halfstep.kernel.engine.Engine;
import halfstep.kernel.engine.Inspector;
import halfstep.kernel.engine.Labels;
import halfstep.kernel.spi.Completion;
import halfstep.kernel.spi.LineAssist;
import halfstep.kernel.spi.MimeBundle;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Completes and inspects a cell while it is written. */
public final class CellAssist {

  private static final Pattern NAME = Pattern.compile("(?:.*=)?\\s*(%%?)(\\w*)");
  private static final Pattern CALL = Pattern.compile("((?:.*=)?\\s*%%?(\\w+))(\\s.*)");

  private final MagicTable magics;
  private final Completer completer;
  private final Inspector inspector;
  private final Labels labels;

  /**
   * Makes the assistant.
   *
   * @param engine knows the declarations of earlier cells
   * @param magics knows the magics
   */
  public CellAssist(Engine engine, MagicTable magics) {
    this.magics = magics;
    this.completer = new Completer(engine);
    this.inspector = new Inspector(engine);
    this.labels = new Labels(engine);
  }

  /**
   * Completes at a position.
   *
   * @param source the cell
   * @param cursor offset in UTF-16 units
   * @return offsets into {@code source} and the replacements
   */
  public Completion complete(String source, int cursor) {
    int at = Math.clamp(cursor, 0, source.length());
    int lineStart = source.lastIndexOf('\n', at - 1) + 1;
    String before = source.substring(lineStart, at);
    Matcher name = NAME.matcher(before);
    if (name.matches()) {
      return names(name.group(1), name.group(2), at);
    }
    Matcher call = CALL.matcher(before);
    Optional<LineAssist> assist = call.matches() ? magics.assist(call.group(2)) : Optional.empty();
    if (assist.isEmpty()) {
      return call.matches() && isMagic(call.group(2))
          ? new Completion(at, at, List.of())
          : completer.complete(source, at);
    }
    int argumentsStart = lineStart + call.end(1);
    int newline = source.indexOf('\n', at);
    String arguments = source.substring(argumentsStart, newline < 0 ? source.length() : newline);
    Completion inside = assist.get().complete(arguments, at - argumentsStart);
    return new Completion(
        argumentsStart + inside.start(), argumentsStart + inside.end(), inside.matches());
  }

  /**
   * Tells what the matches of a completion are.
   *
   * @param source the cell
   * @param completion what {@link #complete} answered for it
   * @return one label a match
   */
  public List<Labels.Label> labels(String source, Completion completion) {
    return labels.of(source, completion);
  }

  /**
   * Explains what stands at a position.
   *
   * @param source the cell
   * @param cursor offset in UTF-16 units
   * @param detail 0 for a summary, 1 for everything
   * @return empty when there is nothing to say
   */
  public Optional<MimeBundle> inspect(String source, int cursor, int detail) {
    int at = Math.clamp(cursor, 0, source.length());
    int lineStart = source.lastIndexOf('\n', at - 1) + 1;
    int newline = source.indexOf('\n', at);
    String line = source.substring(lineStart, newline < 0 ? source.length() : newline);
    Matcher magic = Pattern.compile("(?:.*=)?\\s*%%?(\\w+).*").matcher(line);
    if (magic.matches() && isMagic(magic.group(1))) {
      return magics.assist(magic.group(1)).map(LineAssist::help).map(MimeBundle::text);
    }
    return inspector.inspect(source, at, detail);
  }

  private boolean isMagic(String name) {
    return magics.lineNames().contains(name) || magics.cellNames().contains(name);
  }

  private Completion names(String sign, String prefix, int cursor) {
    Set<String> names = new TreeSet<>();
    if (sign.equals("%")) {
      magics.lineNames().forEach(n -> names.add("%" + n));
    }
    magics.cellNames().forEach(n -> names.add("%%" + n));
    int start = cursor - prefix.length() - sign.length();
    List<String> matches =
        names.stream().filter(n -> n.replaceFirst("^%+", "").startsWith(prefix)).toList();
    return new Completion(start, cursor, matches);
  }
}

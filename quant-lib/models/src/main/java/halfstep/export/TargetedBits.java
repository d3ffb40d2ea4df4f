package halfstep.export;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which widths the targets of compressed-tensors' {@code config_groups} give to layers. A target is
 * a module's name, {@code re:} and a pattern, or a class of modules; the nearer word wins, and of
 * two equal ones the later, as in the library (reference: compressed-tensors 0.20.0 {@code
 * utils/match.py}).
 *
 * <p>Patterns come with a file and may be made to take for ever, so all of them together have a
 * number of steps.
 */
final class TargetedBits {

  private static final String PATTERN = "re:";
  private static final long MOST_STEPS = 20_000_000;

  private final Path where;
  private final Map<String, Integer> byName = new HashMap<>();
  private final Map<String, Patterned> byPattern = new TreeMap<>();
  private @Nullable Integer ofLinear;
  private long steps;

  private record Patterned(Pattern pattern, int bits) {}

  /**
   * @param where the configuration is, for refusals
   */
  TargetedBits(Path where) {
    this.where = where;
  }

  /**
   * @throws ExportException if it is a pattern that cannot be read
   */
  void add(String target, int bits) {
    if (target.startsWith(PATTERN)) {
      Pattern pattern = compiled(target.substring(PATTERN.length()));
      byPattern.put(target, new Patterned(pattern, bits));
    } else if (target.equals("Linear")) {
      ofLinear = bits;
    } else {
      byName.put(target, bits);
    }
  }

  private Pattern compiled(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new ExportException(
          "%s: target re:%s is no pattern: %s".formatted(where, pattern, e.getDescription()), e);
    } catch (StackOverflowError e) {
      throw tooLong(pattern, e);
    }
  }

  /**
   * The width of a layer, if some target means it.
   *
   * @throws ExportException if the patterns take too long
   */
  Optional<Integer> of(String layer) {
    Integer named = byName.get(layer);
    if (named != null) {
      return Optional.of(named);
    }
    for (Patterned patterned : byPattern.values()) {
      if (matches(patterned.pattern(), layer)) {
        return Optional.of(patterned.bits());
      }
    }
    return Optional.ofNullable(ofLinear);
  }

  /** As in Python's {@code re.match}, a pattern may end before the name does. */
  private boolean matches(Pattern pattern, String layer) {
    try {
      step(pattern.pattern());
      return pattern.matcher(new Counted(layer, pattern.pattern())).lookingAt();
    } catch (StackOverflowError e) {
      throw tooLong(pattern.pattern(), e);
    }
  }

  private void step(String pattern) {
    steps++;
    if (steps > MOST_STEPS) {
      throw tooLong(pattern, null);
    }
  }

  private ExportException tooLong(String pattern, @Nullable Throwable cause) {
    String shown = pattern.length() > 80 ? pattern.substring(0, 80) + "…" : pattern;
    return new ExportException(
        "%s: target re:%s takes too long to compare with names of layers; name the layers themselves"
            .formatted(where, shown),
        cause);
  }

  /** A name that counts how often it is looked at: what a pattern that runs away does most. */
  private final class Counted implements CharSequence {
    private final String text;
    private final String pattern;

    Counted(String text, String pattern) {
      this.text = text;
      this.pattern = pattern;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      step(pattern);
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

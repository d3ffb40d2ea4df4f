package halfstep.magics.cli;

import halfstep.magics.command.UsageException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much memory a model may take while it runs. */
final class MemoryBound {

  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG]i?)?B");
  private static final Map<String, Long> UNITS =
      Map.of(
          "K",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "Ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30);

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      description =
          "Most memory for weights, cache and working rows, such as 4GiB; the plan is printed, and"
              + " weights that do not fit are read whenever they are used.")
  private @Nullable String size;

  boolean given() {
    return size != null;
  }

  /**
   * Bytes; all there are if no bound was given.
   *
   * @throws UsageException if it is no size
   */
  long bytes() {
    if (size == null) {
      return Long.MAX_VALUE;
    }
    Matcher matcher = SIZE.matcher(size.strip());
    if (!matcher.matches()) {
      throw new UsageException(
          "--max-memory \"%s\" is no size; write for example 4GiB or 500MB".formatted(size));
    }
    String unit = matcher.group(2);
    return Long.parseLong(matcher.group(1)) * UNITS.getOrDefault(unit == null ? "" : unit, 1L);
  }
}

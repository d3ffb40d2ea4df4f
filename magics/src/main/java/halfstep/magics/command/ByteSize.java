package halfstep.magics.command;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in words: {@code 4GiB}, {@code 500MB}, {@code 20000}. */
public final class ByteSize {

  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(?:([KMGT]i?)?B)?");
  private static final Map<String, Long> UNITS =
      Map.of(
          "K",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "T",
          1_000_000_000_000L,
          "Ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30,
          "Ti",
          1L << 40);

  private ByteSize() {}

  /**
   * Bytes; without a unit, the number itself.
   *
   * @param option named in the refusal
   * @throws UsageException if the text is no size, or nothing
   */
  public static long of(String option, String text) {
    Matcher matcher = SIZE.matcher(text.strip());
    if (!matcher.matches()) {
      throw new UsageException(
          "%s \"%s\" is no size; write for example 4GiB or 500MB".formatted(option, text));
    }
    String unit = matcher.group(2);
    long bytes =
        Long.parseLong(matcher.group(1)) * (unit == null ? 1 : UNITS.getOrDefault(unit, 1L));
    if (bytes == 0) {
      throw new UsageException("%s %s holds nothing".formatted(option, text));
    }
    return bytes;
  }
}

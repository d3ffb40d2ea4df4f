package halfstep.hub;

import java.util.List;
import java.util.Locale;

/** Numbers of bytes for people, in powers of 1000 as the hub's pages show them. */
public final class Bytes {

  private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB");

  private Bytes() {}

  /** For example {@code 988 MB}, {@code 4.98 GB}. */
  public static String text(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes / 1e3;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.size() - 1) {
      value /= 1e3;
      unit++;
    }
    int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + digits + "f %s", value, UNITS.get(unit));
  }
}

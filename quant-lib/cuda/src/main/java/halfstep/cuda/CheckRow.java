package halfstep.cuda;

import java.util.Arrays;
import java.util.Locale;

/**
 * What the check found out about one kernel.
 *
 * @param name of what was done
 * @param shape of its matrix
 * @param millis device time of each repeat, sorted
 * @param bytes that one run reads and writes at least
 */
record CheckRow(String name, String shape, float[] millis, long bytes) {

  CheckRow {
    millis = millis.clone();
    Arrays.sort(millis);
  }

  float median() {
    return millis[millis.length / 2];
  }

  /** Of the middle half of the repeats, over the median. */
  double spread() {
    return (millis[millis.length * 3 / 4] - millis[millis.length / 4]) / median();
  }

  double gigabytesPerSecond() {
    return bytes / (median() * 1e6);
  }

  /** A line for people; {@code copy} is the rate of the memory. */
  String line(double copy) {
    return String.format(
        Locale.ROOT,
        "%-28s %-16s %9.3f ms  ± %4.1f %%  %8.1f GB/s  %5.1f %% of the copy's rate",
        name,
        shape,
        median(),
        100 * spread(),
        gigabytesPerSecond(),
        100 * gigabytesPerSecond() / copy);
  }

  /** A JSON object. */
  String json(double copy) {
    return String.format(
        Locale.ROOT,
        "{\"name\": \"%s\", \"shape\": \"%s\", \"ms\": %.5f, \"spread\": %.4f, \"gb_per_s\": %.2f, \"share_of_copy\": %.4f}",
        name,
        shape,
        median(),
        spread(),
        gigabytesPerSecond(),
        gigabytesPerSecond() / copy);
  }

  @Override
  public String toString() {
    return "%s %s".formatted(name, shape);
  }
}

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
 * @param operations products and sums of one run; 0 where bytes alone are the measure
 */
record CheckRow(String name, String shape, float[] millis, long bytes, long operations) {

  CheckRow(String name, String shape, float[] millis, long bytes) {
    this(name, shape, millis, bytes, 0);
  }

  CheckRow {
    millis = millis.clone();
    Arrays.sort(millis);
  }

  /** The same row with what is computed in it. */
  CheckRow of(long operations) {
    return new CheckRow(name, shape, millis, bytes, operations);
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

  double teraflops() {
    return operations / (median() * 1e9);
  }

  /** A line for people; {@code copy} is the rate of the memory. */
  String line(double copy) {
    return String.format(
        Locale.ROOT,
        "%-28s %-16s %9.3f ms  ± %4.1f %%  %8.1f GB/s  %5.1f %% of the copy's rate%s",
        name,
        shape,
        median(),
        100 * spread(),
        gigabytesPerSecond(),
        100 * gigabytesPerSecond() / copy,
        operations == 0 ? "" : String.format(Locale.ROOT, "  %.1f TFLOP/s", teraflops()));
  }

  /** A JSON object. */
  String json(double copy) {
    return String.format(
        Locale.ROOT,
        "{\"name\": \"%s\", \"shape\": \"%s\", \"ms\": %.5f, \"spread\": %.4f, \"gb_per_s\": %.2f, \"share_of_copy\": %.4f%s}",
        name,
        shape,
        median(),
        spread(),
        gigabytesPerSecond(),
        gigabytesPerSecond() / copy,
        operations == 0 ? "" : String.format(Locale.ROOT, ", \"tflop_per_s\": %.2f", teraflops()));
  }

  @Override
  public String toString() {
    return "%s %s".formatted(name, shape);
  }
}

package halfstep.testing;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One row of the fidelity table.
 *
 * @param golden the reference file, and which of its cases
 * @param quantity what is compared
 * @param tolerance the largest deviation allowed
 * @param worst the largest deviation seen, in the page rounded up to one digit
 */
record FidelityRow(String golden, String quantity, double tolerance, double worst) {

  private static final Pattern CELLS =
      Pattern.compile("\\| (.+?) \\| (.+?) \\| ([-+.\\deE]+) \\| ([-+.\\deE]+) \\|");

  /** What names the row, and what rows are sorted by: rows of one folder stay together. */
  String name() {
    return "%s\t%s\t%s".formatted(folder(), golden, quantity);
  }

  /** The goldens' folder: {@code hqq}; {@code models} for whole models. */
  String folder() {
    int slash = golden.indexOf('/');
    return slash < 0 ? "models" : golden.substring(0, slash);
  }

  /** The row as tests leave it, in full. */
  String tsv() {
    return String.format(Locale.ROOT, "%s\t%s\t%s\t%s", golden, quantity, tolerance, worst);
  }

  /** A row that a test left. */
  static FidelityRow ofLine(String line) {
    List<String> cells = List.of(line.split("\t", -1));
    return new FidelityRow(
        cells.get(0),
        cells.get(1),
        Double.parseDouble(cells.get(2)),
        Double.parseDouble(cells.get(3)));
  }

  /** The row in the page's table; bars inside cells are escaped. */
  String line() {
    return "| %s | %s | %s | %s |"
        .formatted(
            escaped(golden),
            escaped(quantity),
            number(tolerance),
            number(FidelityPage.roundedUp(worst)));
  }

  /** A row of the page's table, if the line is one. */
  static Optional<FidelityRow> ofPage(String line) {
    // an escaped bar is hidden from the pattern
    Matcher cells = CELLS.matcher(line.replace("\\|", "\0"));
    return cells.matches()
        ? Optional.of(
            new FidelityRow(
                cells.group(1).replace('\0', '|'),
                cells.group(2).replace('\0', '|'),
                Double.parseDouble(cells.group(3)),
                Double.parseDouble(cells.group(4))))
        : Optional.empty();
  }

  /** Whole numbers as they are, others in powers of ten with as many digits as it takes. */
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e6) {
      return String.valueOf((long) value);
    }
    for (int digits = 0; digits < 17; digits++) {
      String text = String.format(Locale.ROOT, "%." + digits + "e", value);
      if (Double.parseDouble(text) == value) {
        return text;
      }
    }
    return String.valueOf(value);
  }

  private static String escaped(String cell) {
    return cell.replace("|", "\\|");
  }

  @Override
  public String toString() {
    return "%s, %s ≤ %s".formatted(golden, quantity, number(tolerance));
  }
}

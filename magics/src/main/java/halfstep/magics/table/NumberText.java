package halfstep.magics.table;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.function.DoubleFunction;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** How a column's numbers are written: always with a decimal point, whatever the locale. */
public final class NumberText extends NumberColumnFormatter {

  /** Four significant digits and an exponent: for errors of any size. */
  public static final NumberText SCIENTIFIC = new NumberText(NumberText::scientific);

  /** A share from 0 to 1 as a percentage. */
  public static final NumberText PERCENT = new NumberText(NumberText::percent);

  /** Whole numbers with thin groups of three digits. */
  public static final NumberText WHOLE =
      new NumberText(x -> String.format(Locale.ROOT, "%,.0f", x).replace(',', '\u202f'));

  private final DoubleFunction<String> text;

  private NumberText(DoubleFunction<String> text) {
    this.text = text;
  }

  /** A fixed number of decimals. */
  public static NumberText decimals(int digits) {
    return new NumberText(x -> String.format(Locale.ROOT, "%." + digits + "f", x));
  }

  /** {@code 1.234e-3}: no sign or zeros that say nothing. */
  public static String scientific(double x) {
    if (x == 0) {
      return "0";
    }
    return String.format(Locale.ROOT, "%.3e", x)
        .replaceFirst("e([-+])0*(\\d)", "e$1$2")
        .replace("e+", "e")
        .replaceFirst("e0$", "");
  }

  /** For axes: no more digits than the number has, {@code 0.05}, {@code 2}, {@code 1e-7}. */
  public static String plain(double x) {
    String text = new BigDecimal(x).round(new MathContext(5)).stripTrailingZeros().toPlainString();
    return text.length() > 8 ? scientific(x) : text;
  }

  /** For axes: a share from 0 to 1 as {@code 10 %}. */
  public static String wholePercent(double share) {
    return plain(100 * share) + " %";
  }

  /** {@code 12.3 %}; shares below one in a thousand keep three significant digits. */
  public static String percent(double share) {
    double hundredth = Math.abs(100 * share);
    String pattern = hundredth == 0 ? "%.0f %%" : hundredth < 0.1 ? "%.2g %%" : "%.1f %%";
    return String.format(Locale.ROOT, pattern, 100 * share);
  }

  @Override
  public String format(double value) {
    return Double.isNaN(value) ? "" : text.apply(value);
  }

  @Override
  public String format(float value) {
    return format((double) value);
  }

  @Override
  public String format(int value) {
    return format((double) value);
  }

  @Override
  public String format(long value) {
    return format((double) value);
  }
}

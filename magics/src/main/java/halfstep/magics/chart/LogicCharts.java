package halfstep.magics.chart;

import halfstep.lab.logic.LogicRow;
import halfstep.magics.chart.TradeOff.Axes;
import halfstep.magics.chart.TradeOff.Dot;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** How much valid Java a model's bits buy. */
public final class LogicCharts {

  private LogicCharts() {}

  /**
   * Share of valid Java against bits, a family per method and calibration.
   *
   * @param rows the original first
   */
  public static Picture valid(String title, List<LogicRow> rows) {
    LogicRow original = rows.getFirst();
    List<LogicRow> forms = rows.size() > 1 ? rows.subList(1, rows.size()) : rows;
    List<Dot> dots = forms.stream().map(LogicCharts::dot).toList();
    Set<String> families = dots.stream().map(Dot::family).collect(Collectors.toSet());
    Comparator<LogicRow> byShare = Comparator.comparingDouble(LogicRow::valid);
    return TradeOff.draw(
        title,
        new Axes(
            "effective bits per weight",
            String.format(
                Locale.ROOT,
                "share that is complete and valid, 95 %% interval; full precision: %.3f",
                original.valid())),
        dots,
        families,
        "Full precision: %s. Most: %s. Least: %s."
            .formatted(
                sentence(original),
                sentence(forms.stream().max(byShare).orElseThrow()),
                sentence(forms.stream().min(byShare).orElseThrow())));
  }

  private static Dot dot(LogicRow row) {
    return new Dot(
        row.form().replaceFirst("[0-9.]+(?= |$)", ""),
        row.bitsPerWeight(),
        row.valid(),
        row.interval().low(),
        row.interval().high(),
        sentence(row));
  }

  private static String sentence(LogicRow row) {
    return String.format(
        Locale.ROOT,
        "%s, %.2f bits: %.3f (%.3f to %.3f) of %d",
        row.form(),
        row.bitsPerWeight(),
        row.valid(),
        row.interval().low(),
        row.interval().high(),
        row.attempts().size());
  }
}

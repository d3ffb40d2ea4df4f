package halfstep.magics.chart;

import halfstep.lab.draft.DraftRow;
import halfstep.lab.draft.DraftStudy;
import halfstep.lab.draft.Share;
import halfstep.magics.chart.TradeOff.Axes;
import halfstep.magics.chart.TradeOff.Dot;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a draft's bits buy: how often the target keeps its tokens. */
public final class DraftCharts {

  private static final String BITS = "effective bits per weight of the draft";

  private DraftCharts() {}

  /** Acceptance at temperature 1 against bits, a family per method. */
  public static Picture acceptance(String title, DraftStudy study) {
    return draw(title, "acceptance Σ min(p, q), 95 % interval", study.rows(), DraftRow::acceptance);
  }

  /** Share of predictions in which draft and target take the same token, against bits. */
  public static Picture greedy(String title, DraftStudy study) {
    return draw(title, "same most probable token, 95 % interval", study.rows(), DraftRow::greedy);
  }

  private static Picture draw(
      String title, String up, List<DraftRow> rows, Function<DraftRow, Share> of) {
    List<Dot> dots =
        rows.stream()
            .map(row ->
                new Dot(
                    row.method(),
                    row.bitsPerWeight(),
                    of.apply(row).value(),
                    of.apply(row).low(),
                    of.apply(row).high(),
                    sentence(row, of.apply(row))))
            .toList();
    Comparator<DraftRow> byShare = Comparator.comparingDouble(row -> of.apply(row).value());
    DraftRow best = rows.stream().max(byShare).orElseThrow();
    DraftRow worst = rows.stream().min(byShare).orElseThrow();
    return TradeOff.draw(
        title,
        new Axes(BITS, up),
        dots,
        dots.stream().map(Dot::family).collect(Collectors.toSet()),
        "Most: %s. Least: %s."
            .formatted(sentence(best, of.apply(best)), sentence(worst, of.apply(worst))));
  }

  private static String sentence(DraftRow row, Share share) {
    return String.format(
        Locale.ROOT,
        "%s, %.2f bits: %.3f (%.3f to %.3f)",
        row.name(),
        row.bitsPerWeight(),
        share.value(),
        share.low(),
        share.high());
  }
}

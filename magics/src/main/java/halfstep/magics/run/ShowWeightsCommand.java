package halfstep.magics.run;

import halfstep.magics.chart.WeightCharts;
import halfstep.magics.command.ShowRequest;
import halfstep.magics.display.Report;
import halfstep.magics.session.NotFoundException;
import halfstep.magics.table.BitsLabel;
import halfstep.magics.table.NumberText;
import halfstep.magics.table.WeightTables;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.ResidualHistogram;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.List;

/** {@code %show weights}: a layer's weights on the grid that rounding gives them. */
final class ShowWeightsCommand {

  /** An odd number, so that one bin lies around 0. */
  private static final int BINS = 41;

  private final Stage stage;

  ShowWeightsCommand(Stage stage) {
    this.stage = stage;
  }

  Report<QuantizedMatrix> run(ShowRequest.Weights request) {
    WeightSource.Named named = new WeightSource(stage).find(request.layer(), request.weights());
    Matrix w = named.weights();
    QuantizedMatrix q = RoundToNearest.quantize(w, request.spec());
    int group = group(request, named.name(), q);
    ResidualHistogram residuals = ResidualHistogram.of(w, q, BINS);
    String title =
        "%s (%s), %s".formatted(named.name(), w.shape(), BitsLabel.of(request.spec(), w.shape()));
    stage.show(() -> WeightCharts.staircase("%s, group %d".formatted(title, group), w, q, group));
    stage.show(() ->
        WeightCharts.residuals(
            title, -1, 1, residuals.counts(), residuals.below() + residuals.above()));
    Report<QuantizedMatrix> report =
        new Report<>(
            title,
            WeightTables.levels(w, q, group),
            List.of(
                "Group %d of %d: scale %s, zero %s. A code stands for (code − zero) · scale."
                    .formatted(
                        group,
                        q.params().groups(),
                        NumberText.scientific(q.params().scale(group)),
                        NumberText.plain(q.params().zero(group))),
                "The layer: %s.".formatted(ErrorMetrics.between(w, q.dequantized())),
                outside(residuals)),
            q,
            "halfstep.quant.QuantizedMatrix");
    return stage.keep(report, request.as());
  }

  private static int group(ShowRequest.Weights request, String name, QuantizedMatrix q) {
    long groups = q.params().groups();
    int group = request.group().orElse(0);
    if (group < 0 || group >= groups) {
      throw new NotFoundException(
          "there is no group %d; %s has groups 0 to %d".formatted(group, name, groups - 1));
    }
    return group;
  }

  private static String outside(ResidualHistogram residuals) {
    return residuals.outside() == 0
        ? "No weight lies further than a step from its grid point."
        : "%s of the weights lie further than a step from their grid points: they were clipped."
            .formatted(NumberText.percent(residuals.outside()));
  }
}

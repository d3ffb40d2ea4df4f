package halfstep.magics.run;

import halfstep.awq.AwqClipSearch;
import halfstep.awq.ClipStep;
import halfstep.awq.Clipping;
import halfstep.awq.Protection;
import halfstep.awq.Salience;
import halfstep.awq.SalienceOverlap;
import halfstep.calib.Activations;
import halfstep.kernel.spi.Progress;
import halfstep.llm.Model;
import halfstep.magics.chart.ProtectionCharts;
import halfstep.magics.command.AwqRequest;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.run.WeightSource.Named;
import halfstep.magics.session.Blocks;
import halfstep.magics.session.Passage;
import halfstep.magics.table.BitsLabel;
import halfstep.magics.table.NumberText;
import halfstep.magics.table.ProtectionTables;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** {@code %awq protect}, {@code compare} and {@code clip}: what AWQ rests on, looked at alone. */
final class AwqProbes {

  /** Draws are the same each time, so that a notebook run again is the same notebook. */
  private static final long SEED = 0;

  private final Stage stage;

  AwqProbes(Stage stage) {
    this.stage = stage;
  }

  /** What keeping a few channels saves, by who chooses them. */
  Report<Protection> protect(AwqRequest.Protect request) {
    Named layer = new WeightSource(stage).ofLayer(request.layer());
    Passage text = stage.calibration(model("%awq protect"), request.calibration());
    Matrix inputs = inputs(model("%awq protect"), request.layer(), text);
    Matrix quantized = RoundToNearest.quantize(layer.weights(), request.spec()).dequantized();
    Protection protection =
        Protection.of(
            inputs, layer.weights(), quantized, request.keep(), request.draws(), new Random(SEED));
    String title =
        "%s, %s: %d of %d channels kept"
            .formatted(
                layer.name(),
                BitsLabel.of(request.spec(), layer.weights().shape()),
                protection.kept(),
                protection.channels());
    stage.show(() -> ProtectionCharts.rules(title, protection));
    Report<Protection> report =
        new Report<>(
            title,
            ProtectionTables.rules(protection),
            List.of(
                "Output error ‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖ on %s; kept channels stay in full precision."
                    .formatted(text.label())),
            protection,
            "halfstep.awq.Protection");
    return stage.keep(report, request.as());
  }

  /** Whether two texts single out the same channels. */
  Report<SalienceOverlap> compare(AwqRequest.Compare request) {
    Model model = model("%awq compare");
    Passage oneText = stage.calibration(model, request.calibration());
    Passage otherText =
        stage.calibration(
            model,
            new Request.Calibration(
                request.other(), request.calibration().tokens(), request.calibration().ctx()));
    Salience one = salience(model, request.layer(), oneText);
    Salience other = salience(model, request.layer(), otherText);
    SalienceOverlap overlap = SalienceOverlap.of(one, other, request.top());
    String name = new WeightSource(stage).ofLayer(request.layer()).name();
    String title = "Input of %s under two texts".formatted(name);
    stage.show(() ->
        ProtectionCharts.overlap(
            title, oneText.name(), one, otherText.name(), other, request.top()));
    Report<SalienceOverlap> report =
        new Report<>(
            title,
            ProtectionTables.overlap(overlap, one.channels()),
            List.of(
                "%s beside %s.".formatted(oneText.label(), otherText.label()),
                "Jaccard: channels among the strongest of both over those of either. Spearman:"
                    + " correlation of the ranks of all channels."),
            overlap,
            "halfstep.awq.SalienceOverlap");
    return stage.keep(report, request.as());
  }

  /** Each clip limit, tried on every group. */
  Report<List<ClipStep>> clip(AwqRequest.Clip request) {
    Model model = model("%awq clip");
    Named layer = new WeightSource(stage).ofLayer(request.layer());
    Passage text = stage.calibration(model, request.calibration());
    String title =
        "Clip limits of %s, %s"
            .formatted(layer.name(), BitsLabel.of(request.spec(), layer.weights().shape()));
    List<ClipStep> steps = new ArrayList<>();
    try (Progress progress = stage.progress(title)) {
      Matrix inputs = inputs(model, request.layer(), text);
      AwqClipSearch search = new AwqClipSearch(layer.weights(), request.spec(), inputs);
      search
          .stepsOnDevice()
          .forEach(step -> {
            steps.add(step);
            progress.update(0.1 * steps.size(), "limit " + step.factor());
          });
      return stage.keep(clipped(title, steps, search.best(steps), text), request.as());
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          clipped(title, steps, text)
              .withNote("Interrupted: %d limits are tried.".formatted(steps.size())));
      throw stopped;
    }
  }

  private static Report<List<ClipStep>> clipped(
      String title, List<ClipStep> steps, Clipping best, Passage text) {
    return clipped(title, steps, text)
        .withNote(
            "%s of the groups are clipped when each takes its best limit; the mean error falls to %s of that without clipping."
                .formatted(
                    NumberText.percent(best.shareClipped()),
                    NumberText.percent(best.errorRatio())));
  }

  private static Report<List<ClipStep>> clipped(String title, List<ClipStep> steps, Passage text) {
    return new Report<>(
        title,
        ProtectionTables.limits(steps),
        List.of(
            "Error: mean squared change of each group's part of the output on %s, no scales folded in."
                .formatted(text.label())),
        List.copyOf(steps),
        "java.util.List<halfstep.awq.ClipStep>");
  }

  private Model model(String what) {
    return stage.session().model().running(what);
  }

  private Salience salience(Model model, String word, Passage text) {
    return Salience.of(Activations.of(inputs(model, word, text)));
  }

  private Matrix inputs(Model model, String word, Passage text) {
    String layer = stage.session().model().names().one(word);
    return model.capture(Blocks.of(model, layer), text.windows()).input(layer);
  }
}

package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.Solver;
import halfstep.lab.Verdict;
import halfstep.lab.sensitivity.OutputClaim;
import halfstep.lab.sensitivity.Sensitivity;
import halfstep.lab.sensitivity.SensitivityPart;
import halfstep.lab.sensitivity.SensitivityPart.Kind;
import halfstep.lab.sensitivity.SensitivityStudy;
import halfstep.llm.Model;
import halfstep.magics.chart.SensitivityCharts;
import halfstep.magics.command.LabSensitivity;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.MethodLabel;
import halfstep.magics.table.SensitivityTables;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code %lab sensitivity}: which layers hurt. */
final class LabSensitivityCommand {

  /** The bootstrap's; the same line gives the same interval. */
  private static final long SEED = 1;

  private final Stage stage;

  LabSensitivityCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Sensitivity> run(LabSensitivity request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%lab sensitivity");
    QuantMethod method = request.settings().method(request.method(), new OwnMethods(stage)::find);
    QuantSpec spec = request.settings().spec(method, request.spec());
    LabText text = LabText.read(stage, model, request.calibration(), request.text());
    String title =
        "Which layers of %s hurt: %s %s"
            .formatted(loaded.name(), MethodLabel.of(method, spec.zeroPoint()), spec.label());
    List<SensitivityPart> parts = new ArrayList<>();
    Sensitivity found;
    try (Progress progress = stage.progress("%lab sensitivity")) {
      found =
          new SensitivityStudy(model, new Solver(method, spec), text.calibration())
              .run(text.domain(), text.windowing(), parts::add, progress::update);
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          new Report<>(
              title,
              SensitivityTables.parts(parts),
              List.of("Interrupted: %d parts of the model are measured.".formatted(parts.size())),
              List.copyOf(parts),
              "java.util.List<halfstep.lab.sensitivity.SensitivityPart>"));
      throw stopped;
    }
    stage.show(() -> SensitivityCharts.parts(title, found));
    Report<Sensitivity> report =
        new Report<>(
            title,
            SensitivityTables.parts(found.parts()),
            notes(found, text.notes(method)),
            found,
            "halfstep.lab.sensitivity.Sensitivity");
    return stage.keep(report, request.as());
  }

  private static List<String> notes(Sensitivity found, List<String> read) {
    List<String> notes = new ArrayList<>();
    OutputClaim.test(found, SEED).stream().map(Verdict::toString).forEach(notes::add);
    notes.add(
        String.format(
            Locale.ROOT,
            "Mean KLs of single layers add up to %.2f of that of all layers at once (%.4f nats).",
            found.sumOverAll(),
            found.worst(Kind.ALL).kl()));
    notes.add("Intervals: 95 %, predictions taken as independent; differences: bootstrap, seed 1.");
    notes.addAll(read);
    return notes;
  }
}

package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.Solver;
import halfstep.lab.baseline.Ladder;
import halfstep.lab.baseline.LadderStudy;
import halfstep.lab.baseline.Rung;
import halfstep.lab.choose.Candidate;
import halfstep.lab.choose.Chooser;
import halfstep.lab.choose.Decision;
import halfstep.lab.choose.Situation;
import halfstep.llm.Model;
import halfstep.magics.chart.ParetoCharts;
import halfstep.magics.command.LabChoose;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.ChoiceTables;
import halfstep.magics.table.ModelError;
import halfstep.quant.Bits;
import halfstep.quant.QuantMethod;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;

/** {@code %lab choose}: which method and width to take. */
final class LabChooseCommand {

  /** The bootstrap's; the same line gives the same decision. */
  private static final long SEED = 1;

  private static final int GROUP = 64;

  private final Stage stage;

  LabChooseCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Decision> run(LabChoose request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%lab choose");
    LabText text = LabText.read(stage, model, request.calibration(), request.text());
    List<Solver> solvers = solvers(request);
    Chooser chooser = new Chooser(model, request.situation());
    List<Rung> rungs = new ArrayList<>();
    Ladder ladder;
    try (Progress progress = stage.progress("%lab choose")) {
      ladder =
          new LadderStudy(model, solvers, text.calibration())
              .run(text.domain(), text.windowing(), rungs::add, progress::update);
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() -> {
        Decision decision = chooser.decide(new Ladder(rungs), SEED);
        List<String> notes = new ArrayList<>();
        notes.add(
            "Interrupted: %d of %d ways are measured; what follows is decided among them alone."
                .formatted(rungs.size(), solvers.size()));
        notes.addAll(decision.reasons());
        return report(title(loaded, decision), decision, notes);
      });
      throw stopped;
    }
    Decision decision = chooser.decide(ladder, SEED);
    String title = title(loaded, decision);
    stage.show(() -> ParetoCharts.models(title, rows(decision)));
    List<String> notes = new ArrayList<>(decision.reasons());
    if (request.mixture()) {
      notes.add(
          Chooser.coverage(model, text.calibration())
              .orElse("%s is no mixture of experts.".formatted(loaded.name())));
    }
    notes.addAll(text.notes(solvers.stream().map(Solver::method).toArray(QuantMethod[]::new)));
    return stage.keep(report(title, decision, notes), request.as());
  }

  private static String title(LoadedModel loaded, Decision decision) {
    return decision
        .chosen()
        .map(chosen -> "For %s take %s".formatted(loaded.name(), chosen.solver().label()))
        .orElse("For %s nothing of what was tried will do".formatted(loaded.name()));
  }

  private static Report<Decision> report(String title, Decision decision, List<String> notes) {
    return new Report<>(
        title, ChoiceTables.candidates(decision), notes, decision, "halfstep.lab.choose.Decision");
  }

  /** The widths wanted; if the engine has kernels for none of them, those that it has, too. */
  private List<Solver> solvers(LabChoose request) {
    Situation situation = request.situation();
    List<Bits> bits = new ArrayList<>(request.bits());
    List<String> widths = situation.widths();
    if (!widths.isEmpty() && bits.stream().map(Bits::label).noneMatch(widths::contains)) {
      widths.stream().map(Bits::of).forEach(bits::add);
    }
    Request.Grid grid =
        new Request.Grid(request.methods(), request.settings(), bits, List.of(GROUP));
    return Contenders.of(grid, new OwnMethods(stage)).stream()
        .map(contender -> new Solver(contender.method(), contender.spec()))
        .toList();
  }

  private static List<ModelError> rows(Decision decision) {
    return decision.candidates().stream()
        .map(Candidate::rung)
        .map(rung ->
            new ModelError(
                rung.solver().method(),
                rung.solver().spec(),
                rung.bitsPerWeight(),
                rung.divergence()))
        .toList();
  }
}

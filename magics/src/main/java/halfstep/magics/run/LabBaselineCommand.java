package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.Solver;
import halfstep.lab.Verdict;
import halfstep.lab.baseline.EqualBits;
import halfstep.lab.baseline.Ladder;
import halfstep.lab.baseline.LadderStudy;
import halfstep.lab.baseline.Rung;
import halfstep.llm.Model;
import halfstep.magics.chart.ParetoCharts;
import halfstep.magics.command.LabBaseline;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.BenchTables;
import halfstep.magics.table.ModelError;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;

/** {@code %lab baseline}: the ladder of all methods. */
final class LabBaselineCommand {

  /** The bootstrap's; the same line gives the same interval. */
  private static final long SEED = 1;

  private static final int USUAL_GROUP = 64;
  private static final int COARSE_GROUP = 128;

  private final Stage stage;

  LabBaselineCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Ladder> run(LabBaseline request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%lab baseline");
    List<Solver> solvers = solvers(request.grid());
    LabText text = LabText.read(stage, model, request.calibration(), request.text());
    String title = "The ladder of %s: KL by effective bits".formatted(loaded.name());
    List<Rung> rungs = new ArrayList<>();
    Ladder ladder;
    try (Progress progress = stage.progress("%lab baseline")) {
      ladder =
          new LadderStudy(model, solvers, text.calibration())
              .run(text.domain(), text.windowing(), rungs::add, progress::update);
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          new Report<>(
              title,
              BenchTables.models(rows(rungs)),
              List.of(
                  "Interrupted: %d of %d are measured.".formatted(rungs.size(), solvers.size())),
              List.copyOf(rungs),
              "java.util.List<halfstep.lab.baseline.Rung>"));
      throw stopped;
    }
    stage.show(() -> ParetoCharts.models(title, rows(ladder.rungs())));
    QuantMethod[] methods = solvers.stream().map(Solver::method).toArray(QuantMethod[]::new);
    List<String> notes = notes(model, ladder, solvers);
    notes.addAll(text.notes(methods));
    Report<Ladder> report =
        new Report<>(
            title,
            BenchTables.models(rows(ladder.rungs())),
            notes,
            ladder,
            "halfstep.lab.baseline.Ladder");
    return stage.keep(report, request.as());
  }

  /** With the usual groups, rounding comes in the coarse ones, too. */
  private List<Solver> solvers(Request.Grid grid) {
    boolean usual = grid.groupSizes().isEmpty();
    List<Integer> groups = usual ? List.of(USUAL_GROUP, COARSE_GROUP) : grid.groupSizes();
    Request.Grid all = new Request.Grid(grid.methods(), grid.settings(), grid.bits(), groups);
    return Contenders.of(all, new OwnMethods(stage)).stream()
        .filter(contender ->
            !usual
                || contender.method() instanceof Rtn
                || contender.spec().groupSize() == USUAL_GROUP)
        .map(contender -> new Solver(contender.method(), contender.spec()))
        .toList();
  }

  private static List<ModelError> rows(List<Rung> rungs) {
    return rungs.stream()
        .map(rung ->
            new ModelError(
                rung.solver().method(),
                rung.solver().spec(),
                rung.bitsPerWeight(),
                rung.divergence()))
        .toList();
  }

  private static List<String> notes(Model model, Ladder ladder, List<Solver> solvers) {
    List<String> notes = new ArrayList<>();
    ladder.threeBitHqqBeatsFourBitRounding(SEED).map(Verdict::toString).ifPresent(notes::add);
    for (EqualBits equal : ladder.againstAnchors(SEED)) {
      notes.add(equal + ".");
    }
    boolean scaled =
        solvers.stream()
            .map(Solver::method)
            .anyMatch(method -> method instanceof Awq || method instanceof AwqThen);
    if (scaled && model.config().keyValueHeads() < model.config().heads()) {
      notes.add(
          "%d query heads share %d key-value heads: v has fewer outputs than o has inputs, so AWQ finds no scales for o_proj."
              .formatted(model.config().heads(), model.config().keyValueHeads()));
    }
    notes.add(
        "At equal bits: the other method's KL between its two neighbouring widths, straight in log"
            + " KL; windows are resampled for all at once, seed %d.".formatted(SEED));
    return notes;
  }
}

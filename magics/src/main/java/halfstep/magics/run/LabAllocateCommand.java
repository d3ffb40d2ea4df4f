package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.LabProgress;
import halfstep.lab.Solver;
import halfstep.lab.Verdict;
import halfstep.lab.allocation.Allocation;
import halfstep.lab.allocation.AllocationStudy;
import halfstep.lab.allocation.Allocations;
import halfstep.lab.allocation.MeasuredAllocation;
import halfstep.lab.allocation.Menu;
import halfstep.llm.Model;
import halfstep.magics.chart.AllocationCharts;
import halfstep.magics.command.LabAllocate;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.AllocationTables;
import halfstep.quant.QuantMethod;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;

/** {@code %lab allocate}: how to spend a budget of bytes. */
final class LabAllocateCommand {

  /** The bootstrap's; the same line gives the same interval. */
  private static final long SEED = 1;

  /** Share of the work that measuring single layers is guessed at. */
  private static final double CHOOSING = 0.7;

  private final Stage stage;

  LabAllocateCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Allocations> run(LabAllocate request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%lab allocate");
    List<Solver> solvers =
        Contenders.of(request.grid(), new OwnMethods(stage)).stream()
            .map(contender -> new Solver(contender.method(), contender.spec()))
            .toList();
    LabText text =
        LabText.read(stage, model, request.calibration(), request.text(), request.measure());
    String title = "Bits, groups and methods given out to the layers of " + loaded.name();
    List<MeasuredAllocation> measured = new ArrayList<>();
    Allocations found;
    try (Progress progress = stage.progress("%lab allocate")) {
      LabProgress told = progress::update;
      AllocationStudy study = new AllocationStudy(model, solvers, text.calibration());
      Menu menu = study.menu(text.calibrationDomain(), text.windowing(), told.part(0, CHOOSING));
      List<Menu.Best> best = best(menu, request.budgets());
      study.measure(
          all(menu, best), text.domain(), text.windowing(), measured::add, told.part(CHOOSING, 1));
      found = new Allocations(menu, best, measured);
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          new Report<>(
              title,
              AllocationTables.measured(measured),
              List.of("Interrupted: %d allocations are measured.".formatted(measured.size())),
              List.copyOf(measured),
              "java.util.List<halfstep.lab.allocation.MeasuredAllocation>"));
      throw stopped;
    }
    Menu.Best middle = found.best().get(found.best().size() / 2);
    stage.show(() -> AllocationCharts.tradeOff(title, found.measured()));
    stage.show(() ->
        AllocationCharts.picks(
            "%s: %s".formatted(loaded.name(), middle.allocation().name()), middle.allocation()));
    QuantMethod[] methods = solvers.stream().map(Solver::method).toArray(QuantMethod[]::new);
    Report<Allocations> report =
        new Report<>(
            title,
            AllocationTables.measured(found.measured()),
            notes(found, middle, text.notes(methods)),
            found,
            "halfstep.lab.allocation.Allocations");
    return stage.keep(report, request.as());
  }

  /** One per budget; without budgets, within what the rule of thumb takes, or uniform ones. */
  private static List<Menu.Best> best(Menu menu, List<Double> budgets) {
    List<Allocation> rules = menu.rules().isEmpty() ? menu.uniform() : menu.rules();
    List<Long> bytes =
        budgets.isEmpty()
            ? rules.stream().map(Allocation::bytes).distinct().toList()
            : budgets.stream().map(menu::bytes).toList();
    return bytes.stream().map(menu::best).toList();
  }

  private static List<Allocation> all(Menu menu, List<Menu.Best> best) {
    List<Allocation> all = new ArrayList<>(menu.uniform());
    all.addAll(menu.rules());
    all.addAll(menu.reversed());
    best.stream().map(Menu.Best::allocation).forEach(all::add);
    return all;
  }

  private static List<String> notes(Allocations found, Menu.Best middle, List<String> read) {
    List<String> notes = new ArrayList<>();
    found.ruleVerdicts(SEED).stream().map(Verdict::toString).forEach(notes::add);
    for (Menu.Best best : found.best()) {
      notes.add("%s: %s.".formatted(best.allocation().name(), best.solution()));
    }
    notes.add(
        "Predicted: KLs of single layers, each quantized alone on the text that allocations are"
            + " chosen on, added up. Measured: the whole model, on other text.");
    if (middle.allocation().method().isPresent()) {
      notes.add(
          "To write %s: %s"
              .formatted(middle.allocation().name(), middle.allocation().commandLine()));
    }
    notes.addAll(read);
    return notes;
  }
}

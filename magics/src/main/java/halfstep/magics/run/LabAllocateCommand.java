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
import halfstep.lab.memory.MemoryPlan;
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
import java.util.Locale;

/** {@code %lab allocate}: how to spend a budget of bytes. */
final class LabAllocateCommand {

  /** The bootstrap's; the same line gives the same interval. */
  private static final long SEED = 1;

  /** Share of the work that measuring single layers is guessed at. */
  private static final double CHOOSING = 0.7;

  private static final double MIB = 1L << 20;
  private static final double GIB = 1L << 30;

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
    List<Long> room = request.device().map(device -> room(model, device)).stream().toList();
    String title = "Bits, groups and methods given out to the layers of " + loaded.name();
    List<MeasuredAllocation> measured = new ArrayList<>();
    Allocations found;
    try (Progress progress = stage.progress("%lab allocate")) {
      LabProgress told = progress::update;
      AllocationStudy study = new AllocationStudy(model, solvers, text.calibration());
      Menu menu = study.menu(text.calibrationDomain(), text.windowing(), told.part(0, CHOOSING));
      List<Menu.Best> best = best(menu, request.budgets(), room);
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
            notes(found, middle, room(request, found, room), text.notes(methods)),
            found,
            "halfstep.lab.allocation.Allocations");
    return stage.keep(report, request.as());
  }

  /** What a device leaves to the layers, in bytes. */
  private static long room(Model model, LabAllocate.Device device) {
    long room = MemoryPlan.of(model.config(), device.serving()).roomForLayers(device.vram());
    if (room <= 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "cache for %,d tokens, embedding, activations and the reserve take %.1f MiB, more than the %.1f MiB of --vram",
              device.serving().context(),
              (device.vram() - room) / MIB,
              device.vram() / MIB));
    }
    return room;
  }

  /**
   * One per budget; without any, within what the rule of thumb takes, or uniform ones.
   *
   * @param room a device's, if one is named
   */
  private static List<Menu.Best> best(Menu menu, List<Double> budgets, List<Long> room) {
    List<Allocation> rules = menu.rules().isEmpty() ? menu.uniform() : menu.rules();
    List<Long> bytes = new ArrayList<>(budgets.stream().map(menu::bytes).toList());
    bytes.addAll(room);
    if (bytes.isEmpty()) {
      rules.stream().map(Allocation::bytes).distinct().forEach(bytes::add);
    }
    return bytes.stream().map(menu::best).toList();
  }

  private static List<Allocation> all(Menu menu, List<Menu.Best> best) {
    List<Allocation> all = new ArrayList<>(menu.uniform());
    all.addAll(menu.rules());
    all.addAll(menu.reversed());
    best.stream().map(Menu.Best::allocation).forEach(all::add);
    return all;
  }

  private static List<String> room(LabAllocate request, Allocations found, List<Long> room) {
    return request.device().stream()
        .map(device ->
            String.format(
                Locale.ROOT,
                "Of %.2f GiB, %.3f MiB are left to the layers, %.3f bits per weight, beside a cache for %,d tokens, embedding, activations and %.2f GiB of reserve.",
                device.vram() / GIB,
                room.getFirst() / MIB,
                (double) Byte.SIZE * room.getFirst() / found.menu().weights(),
                device.serving().context(),
                device.serving().reserve() / GIB))
        .toList();
  }

  private static List<String> notes(
      Allocations found, Menu.Best middle, List<String> room, List<String> read) {
    List<String> notes = new ArrayList<>();
    found.ruleVerdicts(SEED).stream().map(Verdict::toString).forEach(notes::add);
    for (Menu.Best best : found.best()) {
      notes.add("%s: %s.".formatted(best.allocation().name(), best.solution()));
    }
    notes.addAll(room);
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

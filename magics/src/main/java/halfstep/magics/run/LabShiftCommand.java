package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.Solver;
import halfstep.lab.Verdict;
import halfstep.lab.shift.CalibrationShift;
import halfstep.lab.shift.ShiftCell;
import halfstep.lab.shift.ShiftRow;
import halfstep.lab.shift.ShiftSettings;
import halfstep.lab.shift.ShiftStudy;
import halfstep.lab.shift.ShiftText;
import halfstep.llm.Model;
import halfstep.magics.chart.ShiftCharts;
import halfstep.magics.command.LabShift;
import halfstep.magics.command.UsageException;
import halfstep.magics.display.Report;
import halfstep.magics.run.Contenders.Contender;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Passage;
import halfstep.magics.table.ShiftTables;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import halfstep.text.Overlap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** {@code %lab shift}: what becomes of a calibrated model on other text. */
final class LabShiftCommand {

  /** The bootstrap's; the same line gives the same interval. */
  private static final long SEED = 1;

  /** Share of the channels that counts as strongest. */
  private static final double TOP = 0.05;

  private final Stage stage;

  LabShiftCommand(Stage stage) {
    this.stage = stage;
  }

  Report<CalibrationShift> run(LabShift request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%lab shift");
    ShiftSettings settings = settings(request);
    ShiftText home = text(model, request.home(), request.ctx());
    ShiftText away = text(model, request.away(), request.ctx());
    String title =
        "%s calibrated on %s and %s, evaluated on both: %s"
            .formatted(
                loaded.name(),
                home.name(),
                away.name(),
                settings.calibrated().getFirst().spec().label());
    List<ShiftRow> rows = new ArrayList<>();
    CalibrationShift found;
    try (Progress progress = stage.progress("%lab shift")) {
      found = new ShiftStudy(model, settings, home, away).run(rows::add, progress::update);
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          new Report<>(
              title,
              ShiftTables.rows(home.name(), away.name(), rows),
              List.of("Interrupted: %d variants are measured.".formatted(rows.size())),
              List.copyOf(rows),
              "java.util.List<halfstep.lab.shift.ShiftRow>"));
      throw stopped;
    }
    stage.show(() -> ShiftCharts.matrix(title, found));
    Report<CalibrationShift> report =
        new Report<>(
            title,
            ShiftTables.rows(home.name(), away.name(), found.rows()),
            notes(found, request),
            found,
            "halfstep.lab.shift.CalibrationShift");
    return stage.keep(report, request.as());
  }

  private ShiftSettings settings(LabShift request) {
    List<Solver> calibrated = new ArrayList<>();
    for (Contender contender : Contenders.of(request.grid(), new OwnMethods(stage))) {
      if (!(contender.method() instanceof QuantMethod.Calibrated)) {
        throw new UsageException(
            "%s looks at no data, so no calibration can mislead it; it is the baseline. Use awq, gptq, wls or awq+METHOD"
                .formatted(contender.method().label()));
      }
      calibrated.add(new Solver(contender.method(), contender.spec()));
    }
    QuantSpec spec = calibrated.getFirst().spec();
    QuantMethod hqq = request.grid().settings().hqq();
    List<Solver> dataFree =
        List.of(
            new Solver(new Rtn(), spec.with(ZeroPoint.INTEGER)),
            new Solver(hqq, hqq.fitted(spec.with(ZeroPoint.FLOAT))));
    return new ShiftSettings(
        calibrated,
        dataFree,
        request.shares(),
        request.tokens() / request.ctx(),
        request.measure() / request.ctx(),
        TOP);
  }

  private ShiftText text(Model model, String file, int ctx) {
    Passage all = stage.texts().read(model, List.of(file), List.of(), Integer.MAX_VALUE, ctx);
    return new ShiftText(all.name(), all.windows());
  }

  private static List<String> notes(CalibrationShift found, LabShift request) {
    List<String> notes = new ArrayList<>();
    found.verdicts(SEED).stream().map(Verdict::toString).forEach(notes::add);
    for (Solver solver : found.settings().calibrated()) {
      OptionalDouble share = found.smallestShare(solver, SEED);
      notes.add(
          share.isPresent()
              ? String.format(
                  Locale.ROOT,
                  "%s: the smallest share of %s tried that brings it below rounding is %.0f %%.",
                  solver.label(),
                  found.away(),
                  100 * share.getAsDouble())
              : "%s: no share tried brings %s below rounding for certain."
                  .formatted(solver.label(), found.away()));
    }
    found
        .salience()
        .forEach(overlap ->
            notes.add(
                String.format(
                    Locale.ROOT,
                    "%.0f %% %s: of the strongest %.0f %% channels Jaccard %.2f with %s, %.2f with %s; ranks of all %.2f, %.2f.",
                    100 * overlap.share(),
                    found.away(),
                    100 * found.settings().top(),
                    overlap.homeJaccard(),
                    found.home(),
                    overlap.awayJaccard(),
                    found.away(),
                    overlap.homeSpearman(),
                    overlap.awaySpearman())));
    notes.addAll(warnings(found));
    notes.add(
        "%d calibration windows of %d tokens from the texts' first halves; %d windows of each second half are evaluated. Bootstrap over windows, seed %d."
            .formatted(
                found.settings().calibrationWindows(),
                request.ctx(),
                found.baseline().home().divergence().basis().windows(),
                SEED));
    return notes;
  }

  private static List<String> warnings(CalibrationShift found) {
    return found.rows().stream()
        .flatMap(row -> Stream.of(row.home(), row.away()))
        .map(ShiftCell::overlap)
        .filter(Overlap::isNotable)
        .map(overlap -> "Careful: %s.".formatted(overlap))
        .distinct()
        .toList();
  }
}

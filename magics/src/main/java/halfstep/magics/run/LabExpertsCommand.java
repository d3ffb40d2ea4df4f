package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.experts.Balance;
import halfstep.lab.experts.Coverage;
import halfstep.lab.experts.ExpertStudy;
import halfstep.lab.experts.Reach;
import halfstep.llm.Model;
import halfstep.magics.chart.ExpertCharts;
import halfstep.magics.command.LabExperts;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.ExpertTables;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** {@code %lab experts}: whom a text reaches, and what calibration costs those it hardly does. */
final class LabExpertsCommand {

  private static final String WORK = "%lab experts";
  private static final int MOST_NAMED = 12;

  private final Stage stage;

  LabExpertsCommand(Stage stage) {
    this.stage = stage;
  }

  Report<ExpertStudy> run(LabExperts request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running(WORK);
    List<Coverage.Sample> texts =
        LabTexts.each(stage, model, request.texts(), request.tokens(), request.ctx()).stream()
            .map(passage -> new Coverage.Sample(LabTexts.name(passage), passage.windows()))
            .toList();
    String bits =
        "%d bits, groups of %d".formatted(request.plan().bits(), request.plan().groupSize());
    String title =
        "Experts of %s: whom texts reach, and errors at %s".formatted(loaded.name(), bits);
    List<Supplier<ExpertStudy>> known = new ArrayList<>();
    ExpertStudy study;
    try (Progress progress = stage.progress(WORK)) {
      study =
          ExpertStudy.run(
              model,
              texts,
              request.plan(),
              known::add,
              done -> progress.update(done, loaded.name()));
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() -> unfinished(title, known));
      throw stopped;
    }
    stage.show(() ->
        ExpertCharts.coverage("Experts of " + loaded.name(), study.coverage(), request.least()));
    stage.show(
        () -> ExpertCharts.errors("What an expert pays for few tokens: %s".formatted(bits), study));
    List<Balance> balances = balances(study);
    part("Errors of experts' outputs, " + bits, ExpertTables.balances(balances), balances);
    part("Widths of attention and experts, HQQ", ExpertTables.mixed(study.mixed()), study.mixed());
    Report<ExpertStudy> report =
        new Report<>(
            title,
            ExpertTables.experts(study),
            notes(study, request),
            study,
            "halfstep.lab.experts.ExpertStudy");
    return stage.keep(report, request.as());
  }

  private static List<Balance> balances(ExpertStudy study) {
    List<Balance> balances = new ArrayList<>(List.of(study.hqq()));
    balances.addAll(study.bySeen());
    balances.addAll(study.bySize());
    return balances;
  }

  /** Routing and errors as far as they are known, or that nothing is. */
  private static Report<?> unfinished(String title, List<Supplier<ExpertStudy>> known) {
    if (known.isEmpty()) {
      List<Balance> none = List.of();
      String sentence = "Interrupted before the experts' errors under rounding and HQQ are known.";
      return new Report<>(
          title, ExpertTables.balances(none), List.of(sentence), none, "java.util.List<?>");
    }
    ExpertStudy study = known.getLast().get();
    List<String> notes = new ArrayList<>();
    notes.add(
        "Interrupted: %d calibrations and %d pairs of widths are measured."
            .formatted(study.bySize().size(), study.mixed().size()));
    balances(study).forEach(balance -> notes.add(balance + "."));
    study.mixed().forEach(pair -> notes.add("%s: %s.".formatted(pair.label(), pair.divergence())));
    return new Report<>(
        title, ExpertTables.experts(study), notes, study, "halfstep.lab.experts.ExpertStudy");
  }

  private <T> void part(String title, Table table, T value) {
    stage.play(() -> new Report<>(title, table, List.of(), value, "Object").bundle());
  }

  private static List<String> notes(ExpertStudy study, LabExperts request) {
    List<String> notes = new ArrayList<>();
    notes.add(starved(study.coverage(), request.least()));
    notes.add(
        "Experts that fewer than %d tokens reach in calibration, of %d: %s."
            .formatted(request.least(), study.hqq().experts(), perSet(study, request.least())));
    Coverage coverage = study.coverage();
    List<String> texts = coverage.texts();
    if (texts.size() > 1) {
      int blocks = coverage.of(texts.getFirst()).size() / coverage.experts();
      List<String> distances = new ArrayList<>();
      for (int block = 0; block < blocks; block++) {
        distances.add(
            String.format(
                Locale.ROOT, "%.2f", coverage.distance(texts.get(0), texts.get(1), block)));
      }
      notes.add(
          "Routing of %s and %s differs by a total variation of %s, block by block."
              .formatted(texts.get(0), texts.get(1), String.join(", ", distances)));
    }
    notes.add("“AWQ fails where experts starve”: " + verdict(study.bySeen()));
    notes.add("HQQ, which looks at no text: " + study.hqq() + ".");
    notes.add(
        "Halves of texts: the first may calibrate, the second evaluates. awq error: calibrated on the last set of the table above. Intervals: shares over windows, ratios by a bootstrap over experts, seed %d."
            .formatted(request.plan().seed()));
    return notes;
  }

  private static String starved(Coverage coverage, int least) {
    List<Reach> starved = coverage.starved(least);
    if (starved.isEmpty()) {
      return "No text leaves an expert with fewer than %d tokens.".formatted(least);
    }
    String names =
        starved.stream()
            .limit(MOST_NAMED)
            .map(reach ->
                "%s (%d of %s)".formatted(reach.expert().label(), reach.tokens(), reach.text()))
            .collect(Collectors.joining(", "));
    return "Starved, with fewer than %d tokens: %d, %s.".formatted(least, starved.size(), names);
  }

  private static String perSet(ExpertStudy study, int least) {
    return study.errors().stream()
        .filter(error -> !error.calibration().isEmpty())
        .map(error ->
            "%s, %d tokens %d"
                .formatted(
                    error.calibration(),
                    error.calibrationTokens(),
                    study.starved(error.calibration(), error.calibrationTokens(), least)))
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static String verdict(List<Balance> rows) {
    return rows.stream()
            .map(row ->
                String.format(
                    Locale.ROOT,
                    "%s %.2f [%.2f, %.2f]%s",
                    row.group(),
                    row.ratio(),
                    row.low(),
                    row.high(),
                    row.isDecided() ? row.ratio() > 1 ? ", worse than rounding" : ", better" : ""))
            .collect(Collectors.joining("; "))
        + ".";
  }
}

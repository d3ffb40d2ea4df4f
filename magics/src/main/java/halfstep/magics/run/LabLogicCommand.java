package halfstep.magics.run;

import halfstep.kernel.engine.Engine;
import halfstep.kernel.spi.Progress;
import halfstep.lab.form.Form;
import halfstep.lab.logic.JavaParser.Verdict;
import halfstep.lab.logic.LogicRow;
import halfstep.lab.logic.LogicStudy;
import halfstep.lab.logic.LogicStudy.Variant;
import halfstep.llm.Model;
import halfstep.magics.chart.LogicCharts;
import halfstep.magics.command.LabLogic;
import halfstep.magics.command.ModelWord;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Passage;
import halfstep.magics.table.LogicTables;
import halfstep.quant.QuantMethod;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code %lab logic}: how much of the Java that a model writes is Java. */
final class LabLogicCommand {

  private static final String WORK = "%lab logic";
  private static final int CTX = 256;

  private final Stage stage;

  LabLogicCommand(Stage stage) {
    this.stage = stage;
  }

  Report<LogicStudy> run(LabLogic request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running(WORK);
    List<Passage> passages =
        LabTexts.each(stage, model, request.calibrations(), request.tokens(), CTX);
    List<Variant> variants = variants(request, passages);
    String title = "Java that %s finishes, groups of %d".formatted(loaded.name(), request.group());
    List<LogicRow> rows = new ArrayList<>();
    LogicStudy study;
    // a JShell of its own: it is only asked, and nothing of the notebook's is in its way
    try (Engine engine = new Engine("");
        Progress progress = stage.progress(WORK)) {
      study =
          LogicStudy.run(
              model,
              model.tokenizer(),
              variants,
              request.plan(),
              source -> verdict(engine, source),
              rows::add,
              done -> progress.update(done, loaded.name()));
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          new Report<>(
              title,
              LogicTables.forms(rows),
              List.of(
                  "Interrupted: %d of %d forms are tried, the original among them."
                      .formatted(rows.size(), variants.size() + 1)),
              List.copyOf(rows),
              "java.util.List<halfstep.lab.logic.LogicRow>"));
      throw stopped;
    }
    stage.show(() -> LogicCharts.valid(title, study.rows()));
    Report<LogicStudy> report =
        new Report<>(
            title,
            LogicTables.forms(study.rows()),
            notes(study, request, passages),
            study,
            "halfstep.lab.logic.LogicStudy");
    return stage.keep(report, request.as());
  }

  private static Verdict verdict(Engine engine, String source) {
    return switch (engine.completeness(source)) {
      case COMPLETE -> Verdict.VALID;
      case INCOMPLETE -> Verdict.UNFINISHED;
      case INVALID -> Verdict.INVALID;
    };
  }

  private List<Variant> variants(LabLogic request, List<Passage> passages) {
    Forms forms = new Forms(request.settings(), request.group(), new OwnMethods(stage)::find);
    List<Variant> variants = new ArrayList<>();
    for (ModelWord word : request.forms()) {
      Form form = forms.of(word);
      if (form.method() instanceof QuantMethod.Calibrated) {
        for (Passage passage : passages) {
          String name = "%s (%s)".formatted(word.text(), LabTexts.name(passage));
          variants.add(new Variant(name, form, passage.calibration()));
        }
      } else {
        variants.add(new Variant(word.text(), form, null));
      }
    }
    return variants;
  }

  private static List<String> notes(LogicStudy study, LabLogic request, List<Passage> passages) {
    List<String> notes = new ArrayList<>();
    LogicRow original = study.rows().getFirst();
    notes.add(
        String.format(
            Locale.ROOT,
            "In full precision %d of %d are complete and valid, %d unfinished after %d tokens, %d no Java.",
            original.count(Verdict.VALID),
            original.attempts().size(),
            original.count(Verdict.UNFINISHED),
            request.plan().length(),
            original.count(Verdict.INVALID)));
    List<String> decided =
        study.rows().stream()
            .skip(1)
            .filter(row -> row.beside().isDecided())
            .map(row ->
                String.format(
                    Locale.ROOT, "%s %+.1f %%", row.form(), 100 * row.beside().meanDifference()))
            .toList();
    notes.add(
        decided.isEmpty()
            ? "No form is told from full precision by these attempts."
            : "Told from full precision, share of valid attempts: %s."
                .formatted(String.join(", ", decided)));
    notes.add(
        "Only the parser is asked: names may be unknown and types wrong. %d beginnings, %d draws each at temperature %s with seed %d, the same numbers for every form; Wilson's intervals, differences by a paired bootstrap."
            .formatted(
                LogicStudy.PROMPTS.size(),
                request.plan().draws(),
                request.plan().temperature(),
                request.plan().seed()));
    passages.forEach(passage -> notes.add("Calibrated on %s.".formatted(passage.label())));
    return notes;
  }
}

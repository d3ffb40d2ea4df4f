package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.draft.DraftRow;
import halfstep.lab.draft.DraftStudy;
import halfstep.lab.draft.Equality;
import halfstep.lab.form.Form;
import halfstep.llm.Model;
import halfstep.magics.chart.DraftCharts;
import halfstep.magics.command.LabDraft;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Passage;
import halfstep.magics.session.Texts;
import halfstep.magics.table.DraftTables;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** {@code %lab draft}: a model's quantized forms as drafts of itself. */
final class LabDraftCommand {

  private static final String WORK = "%lab draft";

  /** Below this the test of equality has found a difference. */
  private static final double SIGNIFICANT = 0.05;

  private final Stage stage;

  LabDraftCommand(Stage stage) {
    this.stage = stage;
  }

  Report<DraftStudy> run(LabDraft request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running(WORK);
    DraftStudy.Plan plan = request.plan();
    Passage prompts =
        stage
            .texts()
            .read(
                model,
                request.text().stream().toList(),
                Texts.EVALUATION,
                plan.texts() * plan.prompt(),
                plan.prompt());
    Passage calibrating = stage.calibration(model, request.calibration());
    Forms words = new Forms(request.settings(), request.group(), new OwnMethods(stage)::find);
    List<Form> forms = request.drafts().stream().map(words::of).toList();
    String title = "Drafts of %s, groups of %d".formatted(loaded.name(), request.group());
    List<DraftRow> rows = new ArrayList<>();
    DraftStudy study;
    try (Progress progress = stage.progress(WORK)) {
      study =
          DraftStudy.run(
              model,
              forms,
              calibrating.calibration(),
              prompts.windows(),
              plan,
              rows::add,
              done -> progress.update(done, loaded.name()));
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          new Report<>(
              title,
              DraftTables.drafts(rows, plan.lookahead(), Double.NaN),
              List.of(
                  "Interrupted: %d of %d drafts are measured; whether the output is the model's own is not tested."
                      .formatted(rows.size(), forms.size())),
              List.copyOf(rows),
              "java.util.List<halfstep.lab.draft.DraftRow>"));
      throw stopped;
    }
    stage.show(() -> DraftCharts.acceptance(title, study));
    stage.show(() -> DraftCharts.greedy(title + ", greedy", study));
    Report<DraftStudy> report =
        new Report<>(
            title,
            DraftTables.drafts(study),
            notes(study, prompts, calibrating),
            study,
            "halfstep.lab.draft.DraftStudy");
    return stage.keep(report, request.as());
  }

  private static List<String> notes(DraftStudy study, Passage prompts, Passage calibrating) {
    DraftStudy.Plan plan = study.plan();
    List<String> notes = new ArrayList<>();
    notes.add(verdict(study.equality()));
    DraftRow fastest =
        study.rows().stream()
            .max(
                Comparator.comparingDouble(
                    row -> row.gain().speedUp(plan.lookahead(), row.cost(), study.check())))
            .orElseThrow();
    notes.add(
        String.format(
            Locale.ROOT,
            "Measured on this machine in this run: checking %d tokens takes the model %.2f times one token; the fastest is %s at %.2f times the model alone. Costs differ from run to run, all else is the same each time.",
            plan.lookahead() + 1,
            study.check(),
            fastest.name(),
            fastest.gain().speedUp(plan.lookahead(), fastest.cost(), study.check())));
    notes.add(
        "A draft pays as long as its token costs less of the model's than its acceptance, if checking costs as much as one token and it proposes one at a time; with %d at a time, less than the column says."
            .formatted(plan.lookahead()));
    notes.add(
        "%d texts of %d tokens that the model wrote itself behind %d of %s, at temperature 1 and greedily; intervals: bootstrap over texts, seed %d. awq looked at %s."
            .formatted(
                plan.texts(),
                plan.length() - plan.prompt(),
                plan.prompt(),
                prompts.name(),
                plan.seed(),
                calibrating.label()));
    return notes;
  }

  private static String verdict(Equality test) {
    return String.format(
        Locale.ROOT,
        "Does speculative decoding write what the model alone would? With %s, which is refused most often (%.1f %% of its tokens kept), %d continuations each way: the first token against the model's own probabilities %s; positions against plain sampling: smallest p, corrected for %d tests, %.3f: %s.",
        test.draft(),
        100 * test.acceptance(),
        test.samples(),
        test.first(),
        test.positions().size() + 1,
        test.pValue(),
        test.pValue() < SIGNIFICANT ? "a difference" : "no difference found");
  }
}

package halfstep.magics.run;

import halfstep.eval.Divergence;
import halfstep.eval.Evaluation;
import halfstep.eval.Evaluation.Subject;
import halfstep.eval.EvaluationRow;
import halfstep.eval.PairedVariants;
import halfstep.kernel.spi.Progress;
import halfstep.magics.chart.EvalCharts;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.EvaluationRun;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.EvalTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code %eval}: perplexity and divergence, text by text. */
final class EvaluateCommand {

  private final Stage stage;

  EvaluateCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Evaluation> run(Request.Evaluate request) {
    EvaluationRun run =
        new EvaluationRun(stage.session().folders(), subject(request), request.settings());
    Evaluation evaluation;
    try (Progress progress = stage.progress("%eval")) {
      evaluation = run.run(done -> progress.update(done, run.model()));
    }
    List<String> notes = notes(run, evaluation);
    String title = title(run);
    stage.show(() -> EvalCharts.domains(title, evaluation.rows()));
    Report<Evaluation> report =
        new Report<>(
            title,
            EvalTables.domains(evaluation.rows()),
            notes,
            evaluation,
            "halfstep.eval.Evaluation");
    return stage.keep(report, request.as());
  }

  private Subject subject(Request.Evaluate request) {
    return request
        .model()
        .map(word -> EvaluationRun.subject(stage.session().folders(), word))
        .orElseGet(() -> {
          LoadedModel loaded = stage.session().model();
          return new Subject(loaded.name(), loaded.running("%eval"));
        });
  }

  private static String title(EvaluationRun run) {
    String other = run.variant().map(name -> " and " + name).orElse("");
    return run.reference()
        .map(name -> "%s%s compared with %s".formatted(run.model(), other, name))
        .orElseGet(() -> "Perplexity of " + run.model());
  }

  private static List<String> notes(EvaluationRun run, Evaluation evaluation) {
    List<String> notes = new ArrayList<>();
    EvaluationRow overall = evaluation.overall(run.model());
    notes.add("By the %s.".formatted(overall.perplexity().basis()));
    overall
        .divergence()
        .ifPresent(divergence -> {
          notes.add(
              "%s: %s.".formatted(run.reference().orElse("reference"), divergence.reference()));
          notes.add(tails(divergence));
        });
    run.paired(evaluation).ifPresent(test -> notes.add(sentence(run, test)));
    return notes;
  }

  private static String tails(Divergence divergence) {
    return String.format(
        Locale.ROOT,
        "KL over all: half of the predictions at most %.4f, 90 %% %.4f, 99 %% %.3f, 99.9 %% %.3f, the largest %.3f nats.",
        divergence.percentiles().p50().value(),
        divergence.percentiles().p90().value(),
        divergence.percentiles().p99().value(),
        divergence.percentiles().p999().value(),
        divergence.percentiles().max());
  }

  private static String sentence(EvaluationRun run, PairedVariants test) {
    String verdict =
        test.kl().isDecided()
            ? (test.kl().meanDifference() < 0 ? run.model() : run.variant().orElse("the other"))
                + " is closer to the reference"
            : "the windows do not tell the two apart";
    return "KL of %s − %s, paired: %s; %s."
        .formatted(run.model(), run.variant().orElse("the other"), test.kl(), verdict);
  }
}

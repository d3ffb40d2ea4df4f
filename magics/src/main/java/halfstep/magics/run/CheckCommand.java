package halfstep.magics.run;

import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.exercise.Exercises;
import halfstep.magics.exercise.Exercises.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tech.tablesaw.api.Table;

/** {@code %check}: a reader's answer beside the right one, which nobody can read. */
final class CheckCommand {

  private static final List<String> UNANSWERED = List.of("…", "...", "?", "TODO");

  private final Stage stage;

  CheckCommand(Stage stage) {
    this.stage = stage;
  }

  /** A wrong answer is no error: a notebook with exercises runs to its end. */
  Report<Boolean> run(Request.Check request) {
    if (UNANSWERED.contains(request.answer().strip())) {
      return stage.keep(
          report(request.exercise() + ": not answered yet.", List.of(), false), request.as());
    }
    Verdict verdict = exercises().check(request.exercise(), request.answer());
    Report<Boolean> report =
        switch (verdict) {
          case Verdict.Right() ->
              report("✓ %s: right.".formatted(request.exercise()), List.of(), true);
          case Verdict.Wrong(boolean noNumber, Optional<String> hint) ->
              report(
                  "✗ %s: %s is not it."
                      .formatted(
                          request.exercise(),
                          noNumber
                              ? "a number is asked for, and \"%s\"".formatted(request.answer())
                              : request.answer()),
                  hint.stream().toList(),
                  false);
        };
    return stage.keep(report, request.as());
  }

  Report<Path> keep(Request.KeepAnswer request) {
    Path file =
        exercises()
            .keep(
                request.exercise(),
                request.answer(),
                request.tolerance(),
                request.hint().orElse(null));
    return stage.keep(
        new Report<>(
            "The answer to %s is kept in %s.".formatted(request.exercise(), file.getFileName()),
            Table.create(),
            List.of(
                "Readers check theirs with %%check %s ANSWER. Take this line out of the notebook: it shows yours."
                    .formatted(request.exercise())),
            file,
            "java.nio.file.Path"),
        request.as());
  }

  private Exercises exercises() {
    return new Exercises(stage.session().folders().here());
  }

  private static Report<Boolean> report(String title, List<String> notes, boolean right) {
    return new Report<>(title, Table.create(), notes, right, "java.lang.Boolean");
  }
}

package halfstep.magics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %gpu}, {@code %check} and {@code %report}. */
final class RecordLines {

  private RecordLines() {}

  @Command(
      name = "gpu",
      description = "What computes here: a GPU, or why none and what does instead.",
      footer = "%gpu")
  static final class Gpu implements Line {
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new Request.Gpu(result.as());
    }
  }

  @Command(
      name = "check",
      description =
          "Check your answer to an exercise. The answers lie in exercises.json beside the notebook,"
              + " scrambled: they cannot be read there.",
      footer = {
        "%check levels 16 --write --hint \"2 to the power of the bits\"",
        "%check levels 16",
        "%check error 0.0123 --write --tolerance 0.001"
      })
  static final class Check implements Line {
    @Parameters(index = "0", paramLabel = "EXERCISE", description = "The exercise's name.")
    private String exercise = "";

    @Parameters(
        index = "1..*",
        arity = "1..*",
        paramLabel = "ANSWER",
        description = "A number, or words; $${NAME} puts a variable's value there.")
    private List<String> answer = new ArrayList<>();

    @Option(
        names = "--write",
        description = "For authors: keep this answer as the right one, scrambled.")
    private boolean write;

    @Option(
        names = "--tolerance",
        paramLabel = "X",
        description = "With --write: a number that is off by no more than this is right.")
    private @Nullable Double tolerance;

    @Option(
        names = "--hint",
        paramLabel = "TEXT",
        description = "With --write: what a wrong answer is told.")
    private @Nullable String hint;

    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      String text = String.join(" ", answer);
      if (!write && (tolerance != null || hint != null)) {
        throw new UsageException(
            "--tolerance and --hint belong to --write, which keeps the right answer; leave them out"
                + " to check yours");
      }
      return write
          ? new Request.KeepAnswer(
              exercise,
              text,
              tolerance == null ? OptionalDouble.empty() : OptionalDouble.of(tolerance),
              Optional.ofNullable(hint),
              result.as())
          : new Request.Check(exercise, text, result.as());
    }
  }

  @Command(
      name = "report",
      description =
          "Write what the commands have shown since the last report into one HTML file that needs"
              + " no other.",
      footer = {"%show layer 0.down_proj", "%report report.html --title \"One layer\""})
  static final class Report implements Line {
    @Parameters(paramLabel = "FILE", description = "The page to write, such as report.html.")
    private String file = "";

    @Option(names = "--title", paramLabel = "TEXT", description = "Its heading.")
    private @Nullable String title;

    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new Request.WriteReport(file, Optional.ofNullable(title), result.as());
    }
  }
}

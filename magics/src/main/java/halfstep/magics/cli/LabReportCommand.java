package halfstep.magics.cli;

import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.UsageException;
import halfstep.magics.display.Report;
import halfstep.magics.run.Runner;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code halfstep lab-report}: an experiment of {@code %lab} without a notebook. What follows the
 * model is the notebook's line, word for word, and understood by the same option model.
 */
@Command(
    name = "lab-report",
    description = "Runs an experiment of the laboratory on a model, with the words of a notebook.",
    footer = {
      "halfstep lab-report natural sensitivity --bits 3 --tokens 1024",
      "halfstep lab-report --html page.html natural sensitivity --bits 2"
    })
final class LabReportCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "An embedded model's name, a folder with config.json and safetensors, or owner/name of"
              + " the hub.")
  private String model = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "EXPERIMENT",
      description =
          "Its name and options. Options of lab-report itself stand before MODEL. Without: which"
              + " experiments there are.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write tables and charts there as one page.")
  private @Nullable Path page;

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Session session = new Session(Folders.ofThisProcess());
    Host host = new TerminalHost(spec.commandLine().getOut(), spec.commandLine().getErr());
    if (words.isEmpty()) {
      spec.commandLine().getOut().println(run(host, session, "help", List.of("lab")));
      return 0;
    }
    run(host, session, "load", List.of(model, "--quiet"));
    List<String> line = new ArrayList<>(words);
    if (common.json() && !line.contains("--json")) {
      line.add("--json");
    }
    Report<?> report = run(host, session, "lab", line);
    if (!report.toString().isEmpty()) {
      spec.commandLine().getOut().println(report);
    }
    if (page != null) {
      run(host, session, "report", List.of(page.toAbsolutePath().toString(), "--quiet"));
    }
    return 0;
  }

  /** Runs a line; what is wrong with the line itself is wrong usage, with its own exit status. */
  private Report<?> run(Host host, Session session, String name, List<String> line) {
    try {
      return Runner.run(host, session, name, line);
    } catch (Refusal refusal) {
      if (refusal.getCause() instanceof UsageException usage) {
        throw new ParameterException(
            spec.commandLine(), String.valueOf(refusal.getMessage()), usage);
      }
      throw refusal;
    }
  }
}

package halfstep.magics.cli;

import halfstep.kernel.spi.Host;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.UsageException;
import halfstep.magics.display.Report;
import halfstep.magics.run.Runner;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.tensor.InterruptedWork;
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
      "halfstep lab-report --html page.html natural sensitivity --bits 2",
      "halfstep lab-report --manifest run.json natural choose --stack vllm",
      "halfstep lab-report --again run.json"
    })
final class LabReportCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "An embedded model's name, a folder with config.json and safetensors, or owner/name of"
              + " the hub.")
  private @Nullable String model;

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

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description = "Write there what the figures can be repeated from.")
  private @Nullable Path manifest;

  @Option(
      names = "--again",
      paramLabel = "FILE",
      description =
          "Repeat what a manifest tells, without MODEL and EXPERIMENT; fails unless every figure is"
              + " the same, bit for bit. Times are not compared.")
  private @Nullable Path again;

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Session session = new Session(Folders.ofThisProcess());
    Host host = new TerminalHost(spec.commandLine().getOut(), spec.commandLine().getErr());
    if (again == null && model != null && words.isEmpty()) {
      spec.commandLine().getOut().println(run(host, session, "help", List.of("lab")));
      return 0;
    }
    try (Stopping stopping = new Stopping()) {
      stopping.begin();
      return reported(host, session);
    }
  }

  /** A signal's process ends as soon as stopping is closed: what there is to say is said before. */
  private int reported(Host host, Session session) {
    try {
      return again == null ? report(host, session) : repeated(host, session, again);
    } catch (InterruptedWork stopped) {
      return Failures.report(stopped, spec.commandLine().getErr(), common.verbose());
    }
  }

  private int report(Host host, Session session) {
    if (model == null) {
      throw new ParameterException(
          spec.commandLine(), "MODEL is missing, or --again with a manifest");
    }
    Report<?> report = experiment(host, session, model, words);
    if (!report.toString().isEmpty()) {
      spec.commandLine().getOut().println(report);
    }
    if (manifest != null) {
      LabManifest.of(session, model, words, report).write(manifest);
    }
    if (page != null) {
      run(host, session, "report", List.of(page.toAbsolutePath().toString(), "--quiet"));
    }
    return 0;
  }

  private int repeated(Host host, Session session, Path file) {
    if (model != null) {
      throw new ParameterException(
          spec.commandLine(), "--again repeats the manifest's own line; leave MODEL out");
    }
    LabManifest before = LabManifest.read(file);
    Report<?> report = experiment(host, session, before.model(), before.line());
    spec.commandLine().getOut().println(report);
    List<String> differences =
        before.differences(LabManifest.of(session, before.model(), before.line(), report));
    if (!differences.isEmpty()) {
      throw new IllegalStateException(
          "not what the manifest tells: " + String.join("; ", differences));
    }
    return 0;
  }

  private Report<?> experiment(Host host, Session session, String name, List<String> experiment) {
    run(host, session, "load", List.of(name, "--quiet"));
    List<String> line = new ArrayList<>(experiment);
    if (common.json() && !line.contains("--json")) {
      line.add("--json");
    }
    return run(host, session, "lab", line);
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

package halfstep.magics.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/**
 * Java's side of {@code ./halfstep}. Exit status: 0 done, 1 the work failed, 2 wrong usage, 130
 * interrupted; an error is one sentence on stderr.
 */
@Command(
    name = "halfstep",
    mixinStandardHelpOptions = true,
    versionProvider = Main.OwnVersion.class,
    subcommands = {
      QuantizeCommand.class,
      EvalCommand.class,
      GenerateCommand.class,
      ExportCommand.class,
      SynthCommand.class,
      PlanCommand.class,
      LabReportCommand.class,
      DoctorCommand.class,
      InspectCommand.class,
      InstallCommand.class,
      UninstallCommand.class
    })
public final class Main {

  /** Runs one command and ends the process with its status. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /**
   * Runs one command.
   *
   * @param out for results
   * @param err for progress and errors
   * @return the exit status
   */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = commandLine();
    line.setOut(out);
    line.setErr(err);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setParameterExceptionHandler((refusal, words) -> {
      err.println("halfstep: " + UsageErrors.sentence(refusal));
      return 2;
    });
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> Failures.report(failure, err, verbose(parsed)));
    return line.execute(arguments);
  }

  /** The model that lines are parsed with. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setOverwrittenOptionsAllowed(false);
    Objects.requireNonNull(line.getSubcommands().get("lab-report")).setStopAtPositional(true);
    return line;
  }

  /** What the jar says of itself. */
  static final class OwnVersion implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"halfstep " + (version == null ? "development" : version)};
    }
  }

  private static boolean verbose(CommandLine.ParseResult parsed) {
    return parsed.subcommand() != null && parsed.subcommand().hasMatchedOption("--verbose");
  }
}

package halfstep.magics.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code halfstep doctor}: what is there, what is missing, what to do about it. */
@Command(
    name = "doctor",
    description = "Checks Java, memory, fonts, Jupyter and the cache of the hub.")
final class DoctorCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Check> checks = Checks.all();
    if (common.json()) {
      Json.print(out, new Report(checks.stream().allMatch(Check::ok), checks));
    } else {
      for (Check check : checks) {
        String mark = check.ok() ? "ok     " : "missing";
        String remedy = check.remedy().isEmpty() ? "" : "\n                 → " + check.remedy();
        out.printf("%s  %-8s%s%s%n", mark, check.name(), check.detail(), remedy);
      }
    }
    return checks.stream().allMatch(Check::ok) ? 0 : 1;
  }

  private record Report(boolean ok, List<Check> checks) {}
}

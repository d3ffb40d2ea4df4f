package halfstep.magics.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code %export}. */
@Command(
    name = "export",
    description =
        "Write a quantized model for other software, check whether an engine will run it"
            + " (--for), or show what takes what (--matrix).",
    footer = {"%export --matrix", "%export --python --to awq"})
final class ExportLine implements Line {

  @Mixin private final ExportOptions options = new ExportOptions();

  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    return new Request.ExportModel(options.settings(), result.as());
  }
}

package halfstep.magics.cli;

import halfstep.kernel.install.Kernelspec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code halfstep uninstall}: removes what {@code install} wrote. */
@Command(name = "uninstall", description = "Removes the kernel from Jupyter.")
final class UninstallCommand implements Callable<Integer> {

  @ArgGroup private KernelPlace place = new KernelPlace();

  @Mixin private KernelName name = new KernelName();

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Result(String kernels, boolean removed) {}

  @Override
  public Integer call() throws IOException {
    Path kernels = place.kernels();
    boolean removed = Kernelspec.uninstallFrom(kernels, name.name());
    if (common.json()) {
      Json.print(spec.commandLine().getOut(), new Result(kernels.toString(), removed));
    } else {
      spec.commandLine()
          .getOut()
          .println(
              removed
                  ? "removed from " + kernels
                  : "there was no kernel %s in %s".formatted(name.name(), kernels));
    }
    return 0;
  }
}

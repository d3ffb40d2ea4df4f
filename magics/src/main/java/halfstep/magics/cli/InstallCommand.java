package halfstep.magics.cli;

import halfstep.kernel.install.Installation;
import halfstep.kernel.install.Kernelspec;
import halfstep.kernel.install.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code halfstep install}: makes the kernel known to Jupyter. */
@Command(name = "install", description = "Installs the kernel for Jupyter.")
final class InstallCommand implements Callable<Integer> {

  @ArgGroup private KernelPlace place = new KernelPlace();

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      converter = ProfileConverter.class,
      description = "default, vector-off (starts sooner, computes slower), preview or debug.")
  private Profile profile = Profile.DEFAULT;

  @Option(
      names = "--no-aot",
      description = "Do without the cache that shortens each start; saves some seconds now.")
  private boolean untrained;

  @Mixin private KernelName name = new KernelName();

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Result(String kernel, List<String> notes) {}

  @Override
  public Integer call() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Kernelspec kernel = Kernelspec.of(java, OwnInstallation.lib()).as(profile, name.name());
    Installation done =
        Installation.install(kernel, place.kernels(), profile.trainable() && !untrained);
    if (common.json()) {
      Json.print(spec.commandLine().getOut(), new Result(done.folder().toString(), done.notes()));
    } else {
      spec.commandLine().getOut().printf("installed %s%n", done.folder());
      done.notes().forEach(note -> spec.commandLine().getErr().println("halfstep: " + note));
    }
    return 0;
  }
}

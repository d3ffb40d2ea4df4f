package halfstep.magics.cli;

import halfstep.kernel.install.Kernelspec;
import picocli.CommandLine.Option;

/** By which name notebooks ask for the kernel. */
final class KernelName {

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The kernel's name, so that several can stand side by side.")
  private String name = Kernelspec.NAME;

  String name() {
    return name;
  }
}

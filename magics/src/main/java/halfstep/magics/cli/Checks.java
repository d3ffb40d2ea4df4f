package halfstep.magics.cli;

import halfstep.backend.Backend;
import halfstep.backend.Backends;
import halfstep.backend.Devices;
import halfstep.kernel.engine.SnippetLedger;
import halfstep.kernel.install.Fonts;
import halfstep.kernel.install.JupyterFolders;
import halfstep.kernel.install.Kernelspec;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the doctor looks at. */
final class Checks {

  private static final int LEAST_JAVA = 25;

  private Checks() {}

  static List<Check> all() {
    return List.of(
        java(), memory(), backend(), gpu(), fonts(), jupyter(), kernelspec(), HubCheck.run());
  }

  private static Check java() {
    int version = Runtime.version().feature();
    String found =
        "Java %s (%s) in %s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("java.home"));
    return version >= LEAST_JAVA
        ? Check.fine("Java", found)
        : Check.missing("Java", found, "set HALFSTEP_JAVA_HOME to a JDK 25 or newer");
  }

  private static Check memory() {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    int cores = Runtime.getRuntime().availableProcessors();
    String found = "%d MiB of heap at most, %d cores".formatted(heap, cores);
    return heap >= 500
        ? Check.fine("memory", found)
        : Check.missing("memory", found, "the demo models need 500 MiB of heap");
  }

  private static Check backend() {
    String found = "%s: %s".formatted(Backends.current().name(), Backends.current().detail());
    return Backends.obstacles().isEmpty()
        ? Check.fine("SIMD", found)
        : Check.missing("SIMD", found, String.join("; ", Backends.obstacles()));
  }

  /** A machine without a GPU lacks nothing. */
  private static Check gpu() {
    String found =
        Devices.available().stream()
            .map(Backend::detail)
            .findFirst()
            .orElseGet(() -> "none: " + String.join("; ", Devices.obstacles()));
    return Check.fine("GPU", found);
  }

  private static Check fonts() {
    return Fonts.work()
        ? Check.fine("fonts", "charts can draw text")
        : Check.missing(
            "fonts",
            "Java finds none, so charts fall back to tables",
            "install some: apt-get install fontconfig fonts-dejavu-core");
  }

  private static Check jupyter() {
    Optional<Path> found =
        pathFolders().stream()
            .map(folder -> folder.resolve("jupyter"))
            .filter(Files::isExecutable)
            .findFirst();
    return found
        .map(jupyter -> Check.fine("Jupyter", jupyter.toString()))
        .orElseGet(() ->
            Check.missing(
                "Jupyter",
                "none on PATH or in .venv",
                "./halfstep lab makes its own, or: pip install jupyterlab"));
  }

  private static Check kernelspec() {
    Optional<Path> found =
        kernelFolders().stream()
            .map(kernels -> kernels.resolve(Kernelspec.NAME).resolve("kernel.json"))
            .filter(Files::isRegularFile)
            .findFirst();
    String memory =
        SnippetLedger.fits()
            ? ""
            : "; this Java keeps 13 kB of every cell, so restart it after some thousand";
    return found
        .map(spec -> Check.fine("kernel", spec + memory))
        .orElseGet(() ->
            Check.missing(
                "kernel",
                "not installed for this user, and not in .venv",
                "./halfstep install --user, or ./halfstep lab for its own"));
  }

  private static List<Path> kernelFolders() {
    List<Path> folders = new ArrayList<>();
    folders.add(JupyterFolders.here().user());
    OwnInstallation.venv().map(JupyterFolders::prefix).ifPresent(folders::add);
    folders.add(JupyterFolders.prefix(Path.of("/usr/local")));
    folders.add(JupyterFolders.prefix(Path.of("/usr")));
    return folders;
  }

  private static List<Path> pathFolders() {
    List<Path> folders = new ArrayList<>();
    Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(entry -> !entry.isBlank())
        .map(Path::of)
        .forEach(folders::add);
    OwnInstallation.venv().ifPresent(venv -> folders.add(venv.resolve("bin")));
    return folders;
  }
}

package halfstep.magics.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where this program itself lies. */
final class OwnInstallation {

  private OwnInstallation() {}

  /** The folder of jars that this program was started from. */
  static Path lib() {
    try {
      Path jar =
          Path.of(
              OwnInstallation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("this program's own location is no path", e);
    }
  }

  /** The launcher's {@code .venv} at the root of the checkout, if it was made. */
  static Optional<Path> venv() {
    for (Path folder = lib(); folder != null; folder = folder.getParent()) {
      Path venv = folder.resolve(".venv");
      if (Files.isDirectory(venv) && Files.isRegularFile(folder.resolve("halfstep"))) {
        return Optional.of(venv);
      }
    }
    return Optional.empty();
  }
}

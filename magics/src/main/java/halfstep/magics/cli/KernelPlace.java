package halfstep.magics.cli;

import halfstep.kernel.install.JupyterFolders;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Jupyter the kernel belongs to. */
final class KernelPlace {

  @Option(names = "--user", description = "For this user's Jupyter. The default.")
  private boolean user;

  @Option(names = "--sys-prefix", description = "For the active Python environment.")
  private boolean systemPrefix;

  @Option(names = "--prefix", paramLabel = "DIR", description = "Under DIR/share/jupyter.")
  private @Nullable Path prefix;

  /** The folder of kernels. */
  Path kernels() {
    if (prefix != null) {
      return JupyterFolders.prefix(prefix);
    }
    JupyterFolders folders = JupyterFolders.here();
    return systemPrefix ? folders.systemPrefix() : folders.user();
  }
}

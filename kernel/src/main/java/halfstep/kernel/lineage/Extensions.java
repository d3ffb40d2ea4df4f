package halfstep.kernel.lineage;

import java.util.HashSet;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Consumer;
import org.dflib.jjava.jupyter.Extension;

/** The lineage's extensions: those at the start, and those of jars that cells add. */
final class Extensions {

  private final Set<Class<?>> installed = new HashSet<>();

  /** Installs one; a second of its class is passed over, one that fails is named and left out. */
  void install(Extension extension, Consumer<Extension> installer) {
    if (!installed.add(extension.getClass())) {
      return;
    }
    try {
      installer.accept(extension);
    } catch (RuntimeException | LinkageError e) {
      System.err.printf(
          "the extension %s was not installed: %s%n", extension.getClass().getName(), e);
    }
  }

  /** Installs what a class loader has and was not installed before. */
  void installNew(ClassLoader loader, Consumer<Extension> installer) {
    try {
      ServiceLoader.load(Extension.class, loader).forEach(e -> install(e, installer));
    } catch (ServiceConfigurationError e) {
      System.err.println("extensions were left out: " + e.getMessage());
    }
  }
}

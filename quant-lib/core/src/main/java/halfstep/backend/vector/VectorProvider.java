package halfstep.backend.vector;

import halfstep.backend.Backend;
import halfstep.backend.BackendProvider;
import java.util.Optional;

/** Offers the Vector API's kernels where the JVM was started with its module. */
public final class VectorProvider implements BackendProvider {

  private static final String MODULE = "jdk.incubator.vector";

  /** For the service loader. */
  public VectorProvider() {}

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int rank() {
    return 10;
  }

  @Override
  public Optional<String> obstacle() {
    return ModuleLayer.boot().findModule(MODULE).isPresent()
        ? Optional.empty()
        : Optional.of(
            "this JVM runs without the Vector API; start it with --add-modules " + MODULE);
  }

  @Override
  public Backend open() {
    return new VectorBackend();
  }
}

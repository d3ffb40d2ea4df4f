package halfstep.cuda;

import halfstep.backend.Backend;
import halfstep.backend.DeviceProvider;
import halfstep.cuda.jcuda.JCudaProbe;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Offers the GPUs that JCuda reaches. Looks for them once, when first asked. */
public final class CudaProvider implements DeviceProvider {

  private final Map<Integer, CudaBackend> open = new HashMap<>();
  private @Nullable JCudaProbe probe;

  /** For the service loader. */
  public CudaProvider() {}

  @Override
  public String name() {
    return CudaBackend.NAME;
  }

  @Override
  public synchronized Optional<String> obstacle(int index) {
    CudaBackend backend = open.get(index);
    return backend == null ? probe().obstacle(index) : backend.failure();
  }

  @Override
  public synchronized Backend open(int index) {
    return open.computeIfAbsent(index, number -> new CudaBackend(probe().open(number)));
  }

  private JCudaProbe probe() {
    JCudaProbe known = probe;
    if (known == null) {
      known = JCudaProbe.look();
      probe = known;
    }
    return known;
  }
}

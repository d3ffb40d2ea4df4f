package halfstep.backend.vector;

import halfstep.backend.Backend;
import halfstep.hqq.HqqKernel;
import halfstep.linear.LinearKernel;
import halfstep.ls.LeastSquaresKernel;
import halfstep.metric.ErrorKernel;
import halfstep.quant.CodeKernel;
import halfstep.tensor.ElementKernel;
import halfstep.tensor.HalvesKernel;
import halfstep.tensor.MatmulKernel;
import java.util.Map;
import java.util.Optional;

/** The Vector API's kernels. */
final class VectorBackend implements Backend {

  private static final Map<Class<?>, Object> KERNELS =
      Map.of(
          MatmulKernel.class, new VectorMatmul(),
          ElementKernel.class, new VectorElements(),
          HalvesKernel.class, new VectorHalves(),
          ErrorKernel.class, new VectorErrors(),
          CodeKernel.class, new VectorCodes(),
          HqqKernel.class, new VectorHqq(),
          LeastSquaresKernel.class, new VectorLeastSquares(),
          LinearKernel.class, new VectorLinear());

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public String detail() {
    return "Vector API, %d × float32 (%d bit)".formatted(Lanes.COUNT, 32 * Lanes.COUNT);
  }

  @Override
  public <K> Optional<K> kernel(Class<K> type) {
    return Optional.ofNullable(type.cast(KERNELS.get(type)));
  }
}

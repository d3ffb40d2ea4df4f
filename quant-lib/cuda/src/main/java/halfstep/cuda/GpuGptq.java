package halfstep.cuda;

import halfstep.gptq.GptqDevice;
import halfstep.gptq.GptqPass;
import halfstep.gptq.GptqPlan;
import java.util.Optional;

/** GPTQ's column blocks on the GPU. */
final class GpuGptq implements GptqDevice {

  /** A block's square of the factor lies on the device as a whole. */
  static final int MOST_BLOCK = 4096;

  private final CudaBackend backend;

  GpuGptq(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public Optional<GptqPass> solve(GptqPlan plan) {
    String what = "%s on %s".formatted(GptqParts.WORK, plan.weights().shape());
    if (plan.searchesOnTheWay()) {
      return CudaBackend.left(
          what,
          "the search for shrunken grids (mse) takes powers in double that only the processor gives to the bit; with static groups it is over before the first column");
    }
    if (plan.blockSize() > MOST_BLOCK) {
      return CudaBackend.left(
          what,
          "its kernels take blocks of at most %d columns, and these have %d"
              .formatted(MOST_BLOCK, plan.blockSize()));
    }
    return backend.attempt(
        what,
        () -> {
          Optional<GptqPass> pass = new GptqParts(backend.device(), plan).run();
          return pass.isPresent()
              ? pass
              : CudaBackend.left(what, "some of its errors are beyond float32");
        });
  }
}

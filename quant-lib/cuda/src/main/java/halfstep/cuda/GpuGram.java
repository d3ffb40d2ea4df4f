package halfstep.cuda;

import halfstep.backend.Devices;
import halfstep.cuda.device.Held;
import halfstep.tensor.GramDevice;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** Gram matrices of inputs in float32 on the GPU, by {@code hessian.cu}: GPTQ's Hessian. */
final class GpuGram implements GramDevice {

  private final CudaBackend backend;

  GpuGram(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public boolean add(Matrix inputs, float scale, float decay, Matrix g) {
    String what = "%s of %s inputs".formatted(GramPass.WORK, inputs.shape());
    Optional<Matrix> sum =
        backend.attempt(what, () -> Optional.of(sum(what, inputs, scale, decay, g)));
    sum.ifPresent(whole -> g.segment().copyFrom(whole.segment()));
    return sum.isPresent();
  }

  /** G is not touched before all is there: the processor may have to take over. */
  private Matrix sum(String what, Matrix inputs, float scale, float decay, Matrix g) {
    Matrix sum = Matrix.zeros(g.rows(), g.cols());
    int row = 0;
    while (row < g.rows()) {
      try (Held held = new Held()) {
        GramPass pass = new GramPass(backend.device(), inputs, g, row, held);
        if (pass.end() < g.rows()) {
          Devices.say(
              "%s: the GPU's memory is short, so the inputs went there more than once."
                  .formatted(what));
        }
        pass.run(scale, decay, sum);
        row = pass.end();
      }
    }
    return sum;
  }
}

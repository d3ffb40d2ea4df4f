package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Launch;
import halfstep.forward.DecoderShape.Heads;

/** The same pass by the kernels that read like the equation, for the check of the fast ones. */
final class NaiveForwardKernels extends ForwardKernels {

  NaiveForwardKernels(GpuDevice device) {
    super(device);
  }

  @Override
  Launch norm(
      DeviceMemory x, DeviceMemory gain, DeviceMemory y, int rows, int width, float epsilon) {
    return Launch.ofThreads(device().kernel("forward", "rms_norm_naive"), rows, THREADS)
        .with(x, gain, y, rows, width, epsilon);
  }

  @Override
  Launch linear(
      DeviceMemory x, DeviceMemory w, DeviceMemory y, int batch, int rows, int columns, int all) {
    return Launch.ofThreads(device().kernel("linear", "linear_naive"), (long) batch * rows, THREADS)
        .with(x, w, y, batch, rows, columns, all);
  }

  @Override
  Launch attend(
      DeviceMemory q,
      DeviceMemory k,
      DeviceMemory v,
      WindowsOnDevice windows,
      DeviceMemory result,
      Heads heads) {
    long threads = (long) windows.count() * heads.count();
    return Launch.ofThreads(device().kernel("attention", "attention_naive"), threads, THREADS)
        .with(q, k, v, windows.firsts(), result, windows.count(), heads.count())
        .with(heads.count() / heads.keyValues(), heads.dim(), scale(heads));
  }

  /** Keeps no weights of its own. */
  @Override
  boolean fits(Heads heads, int longest) {
    return true;
  }
}

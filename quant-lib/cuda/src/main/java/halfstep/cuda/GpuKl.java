package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.metric.Prediction;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Two models' logits compared on the GPU, token by token ({@code kl.cu}). */
final class GpuKl {

  private static final int THREADS = 256;
  private static final int SHARED_BYTES = THREADS * 2 * Double.BYTES;

  /** Numbers that the kernel leaves for a row. */
  private static final int SCORES = 5;

  private GpuKl() {}

  /**
   * What each row's prediction looks like from here.
   *
   * @param reference {@code tokens × vocabulary}; not modified
   * @param model the same shape; not modified
   * @param next the token that followed each row, {@code 0} to {@code vocabulary − 1}
   */
  static List<Prediction> compare(GpuDevice device, Matrix reference, Matrix model, int... next) {
    model.requireShape(reference.shape(), "the reference's logits");
    try (Held held = new Held()) {
      DeviceMemory p = Uploads.segment(device, reference.segment(), held);
      DeviceMemory q = Uploads.segment(device, model.segment(), held);
      DeviceMemory scores = scores(device, next.length, held);
      Uploads.run(
          device,
          launch(device, p, q, Uploads.ints(device, next, held), scores, reference.shape()));
      return read(device, scores, next.length);
    }
  }

  /** Room for what is said of some rows. */
  static DeviceMemory scores(GpuDevice device, int rows, Held held) {
    return held.add(device.allocate((long) rows * SCORES * Double.BYTES));
  }

  /**
   * The launch for logits that lie on the device.
   *
   * @param next a token per row, as ints; a negative one stands for a row that is not looked at
   * @param logits shape of both, {@code tokens × vocabulary}
   */
  static Launch launch(
      GpuDevice device,
      DeviceMemory reference,
      DeviceMemory model,
      DeviceMemory next,
      DeviceMemory scores,
      Shape logits) {
    int rows = Math.toIntExact(logits.rows());
    return Launch.of(device.kernel("kl", "kl"), rows, THREADS)
        .shared(SHARED_BYTES)
        .with(reference, model, next, scores, Math.toIntExact(logits.cols()));
  }

  /** What the launch left, a prediction per row; of rows that it did not look at, anything. */
  static List<Prediction> read(GpuDevice device, DeviceMemory scores, int rows) {
    double[] told = new double[Math.toIntExact(scores.bytes() / Double.BYTES)];
    Uploads.read(device, scores, MemorySegment.ofArray(told));
    List<Prediction> all = new ArrayList<>();
    for (int at = 0; at < rows * SCORES; at += SCORES) {
      all.add(
          new Prediction(told[at], told[at + 1], told[at + 2], told[at + 3], told[at + 4] == 1));
    }
    return all;
  }
}

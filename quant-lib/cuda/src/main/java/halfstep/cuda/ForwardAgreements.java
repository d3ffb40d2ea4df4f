package halfstep.cuda;

import halfstep.cuda.GpuCheck.Agreement;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.forward.DecoderShape;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The forward pass's products beside the processor's, and its fast kernels beside those that read
 * like the equation. The tests compare whole passes with the processor's.
 */
final class ForwardAgreements {

  private final GpuDevice device;
  private final boolean small;

  ForwardAgreements(GpuDevice device, boolean small) {
    this.device = device;
    this.small = small;
  }

  List<Agreement> all() {
    List<Agreement> all = new ArrayList<>();
    for (int batch : new int[] {1, 16, 17, 200}) {
      all.add(linear(batch, small ? 131 : 1021, small ? 77 : 4096));
    }
    for (boolean special : new boolean[] {false, true}) {
      all.add(pass(shape(special)));
    }
    return all;
  }

  private Agreement linear(int batch, int rows, int columns) {
    Matrix x = Agreements.gaussian(batch, columns, 1f);
    Matrix w = Agreements.gaussian(rows, columns, 0.02f);
    try (Held held = new Held()) {
      DeviceMemory inputs = Uploads.segment(device, x.segment(), held);
      DeviceMemory weights = Uploads.segment(device, w.segment(), held);
      DeviceMemory outputs = held.add(device.allocate((long) batch * rows * Float.BYTES));
      ForwardKernels kernels = new ForwardKernels(device);
      Uploads.run(device, kernels.linear(inputs, weights, outputs, batch, rows, columns, batch));
      Matrix there = Matrix.of(batch, rows, Uploads.read(device, outputs));
      double different = Agreements.different(Matmul.timesTransposed(x, w), there);
      return new Agreement("linear %s, batch %d".formatted(w.shape(), batch), different, 0);
    }
  }

  /**
   * @param special with all that only some models have
   */
  private DecoderShape shape(boolean special) {
    DecoderShape.Heads heads =
        new DecoderShape.Heads(
            small ? 4 : 16, small ? 2 : 4, small ? 6 : 64, special ? 50 : 4096, special, special);
    return small
        ? new DecoderShape(61, 20, 37, 2, heads, 1e-5f, !special)
        : new DecoderShape(4099, 1024, 2816, 2, heads, 1e-5f, !special);
  }

  private Agreement pass(DecoderShape shape) {
    RandomDecoder decoder = new RandomDecoder(shape);
    List<int[]> windows = new ArrayList<>();
    for (int length : small ? new int[] {23, 1, 9} : new int[] {700, 1, 61}) {
      windows.add(tokens(length, shape.vocabulary()));
    }
    try (DecoderOnDevice fast = new DecoderOnDevice(new ForwardKernels(device), decoder);
        DecoderOnDevice naive = new DecoderOnDevice(new NaiveForwardKernels(device), decoder)) {
      double different = Agreements.different(naive.logits(windows), fast.logits(windows));
      String kind = shape.heads().biased() ? "biases, normed heads, a short sight" : "plain";
      return new Agreement("forward pass, %s: %s".formatted(shape, kind), different, 0);
    }
  }

  /** Some token ids. */
  static int[] tokens(int length, int vocabulary) {
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = (int) (7919L * (i + length) % vocabulary);
    }
    return tokens;
  }
}

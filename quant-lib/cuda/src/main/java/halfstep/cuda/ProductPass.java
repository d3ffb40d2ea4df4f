package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.List;

/**
 * One product {@code Y = X·Wᵀ} of the host's matrices: W lies on the device, X goes there in parts
 * of some rows, two at a time, so that one part travels while the other is multiplied.
 */
final class ProductPass {

  private static final String WORK = "a matrix product";

  private final GpuDevice device;
  private final ForwardKernels kernels;
  private final Matrix x;
  private final Matrix y;
  private final int in;
  private final int out;
  private final int most;

  /** Rows of X, which decide the order of the processor's sums. */
  private final int all;

  private final DeviceMemory weights;
  private final List<Part> parts = new ArrayList<>();

  /**
   * Brings W there and makes room for the rest.
   *
   * @param x {@code tokens × in}; not modified
   * @param w {@code out × in}; not modified
   * @param most rows of a part
   * @param held gives everything back
   * @throws halfstep.cuda.device.OutOfDeviceMemoryException if there is no room
   */
  ProductPass(GpuDevice device, Matrix x, Matrix w, int most, Held held) {
    this.device = device;
    this.kernels = new ForwardKernels(device);
    this.x = x;
    this.in = Math.toIntExact(x.cols());
    this.out = Math.toIntExact(w.rows());
    this.most = most;
    this.all = Math.toIntExact(x.rows());
    try (TensorUpload upload = new TensorUpload(device, w.segment().byteSize())) {
      this.weights = upload.put(w, held);
    }
    for (long i = 0; i < Math.min(2, Math.ceilDiv(x.rows(), most)); i++) {
      parts.add(new Part(held));
    }
    this.y = Matrix.zeros(x.rows(), w.rows());
  }

  /** Some rows on their way. */
  private final class Part {
    final GpuStream stream;
    final DeviceMemory inputs;
    final DeviceMemory outputs;
    final HostMemory hostInputs;
    final HostMemory hostOutputs;
    long first;

    /** Rows that are under way; 0 if the part rests. */
    int rows;

    Part(Held held) {
      stream = held.add(device.stream());
      inputs = held.add(device.allocate((long) most * in * Float.BYTES));
      outputs = held.add(device.allocate((long) most * out * Float.BYTES));
      hostInputs = held.add(device.pin(inputs.bytes()));
      hostOutputs = held.add(device.pin(outputs.bytes()));
    }

    void begin(long from) {
      first = from;
      rows = (int) Math.min(most, x.rows() - from);
      long bytes = (long) rows * in * Float.BYTES;
      Uploads.copy(
          x.segment().asSlice(first * in * Float.BYTES, bytes), hostInputs.segment(), WORK);
      device.upload(hostInputs, inputs, bytes, stream);
      device.launch(kernels.linear(inputs, weights, outputs, rows, out, in, all), stream);
      device.download(outputs, hostOutputs, (long) rows * out * Float.BYTES, stream);
    }

    void finish() {
      if (rows == 0) {
        return;
      }
      device.synchronize(stream);
      long bytes = (long) rows * out * Float.BYTES;
      Uploads.copy(
          hostOutputs.segment().asSlice(0, bytes),
          y.segment().asSlice(first * out * Float.BYTES, bytes),
          WORK);
      rows = 0;
    }
  }

  /** The product. */
  Matrix run() {
    try {
      int turn = 0;
      for (long first = 0; first < x.rows(); first += most) {
        Parallel.checkInterrupt(WORK);
        Part part = parts.get(turn++ % parts.size());
        part.finish();
        part.begin(first);
      }
      for (int i = 0; i < parts.size(); i++) {
        parts.get(turn++ % parts.size()).finish();
      }
      return y;
    } catch (InterruptedWork stopped) {
      parts.forEach(part -> device.synchronize(part.stream)); // copies still go to their memory
      throw stopped;
    }
  }
}

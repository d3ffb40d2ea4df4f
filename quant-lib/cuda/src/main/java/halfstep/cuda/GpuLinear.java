package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.Launch;
import halfstep.linear.QuantizedLinear;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.lang.foreign.MemorySegment;

/**
 * A linear layer whose codes lie packed on the GPU: {@code Y = X · Ŵᵀ} without {@code Ŵ}, for the
 * few rows of decoding. The twin of {@link QuantizedLinear}, within float32's rounding: the sums
 * have another order. For one thread.
 */
final class GpuLinear implements AutoCloseable {

  private static final int THREADS = 256;
  private static final int WARPS = THREADS / 32;
  private static final int UNIT = 32;

  private final GpuDevice device;
  private final QuantizedMatrix weights;
  private final int rows;
  private final int columns;
  private final int size;
  private final int bits;
  private final Held held = new Held();
  private final GpuStream stream;
  private final DeviceMemory words;
  private final DeviceMemory scales;
  private final DeviceMemory zeros;

  /**
   * Brings a layer to the GPU and packs it there.
   *
   * @param weights groups along axis 1, in order, of 2, 3, 4 or 8 bits; not modified
   * @throws IllegalArgumentException if it is not such a layer
   * @throws halfstep.cuda.device.OutOfDeviceMemoryException if there is no room for it
   */
  GpuLinear(GpuDevice device, QuantizedMatrix weights) {
    this.bits = Integer.SIZE - Integer.numberOfLeadingZeros(weights.spec().maxCode());
    boolean known = bits == 2 || bits == 3 || bits == 4 || bits == 8;
    if (!known || !QuantizedLinear.supports(weights)) {
      throw new IllegalArgumentException(
          "products on the GPU want groups of neighbouring inputs of 2, 3, 4 or 8 bits, but these are %s"
              .formatted(weights.spec().label()));
    }
    this.device = device;
    this.weights = weights;
    this.rows = Math.toIntExact(weights.shape().rows());
    this.columns = Math.toIntExact(weights.shape().cols());
    this.size = weights.spec().grouping(weights.shape()).size();
    try {
      this.stream = held.add(device.stream());
      this.words = held.add(device.allocate((long) rows * units() * bits * Integer.BYTES));
      this.scales = uploaded(weights.params().scales().segment(), held);
      this.zeros = uploaded(weights.params().zeros().segment(), held);
      pack();
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private int units() {
    return Math.ceilDiv(columns, UNIT);
  }

  /** Bytes that a product reads of this layer: codes, scales, zeros. */
  long bytes() {
    return words.bytes() + scales.bytes() + zeros.bytes();
  }

  private DeviceMemory uploaded(MemorySegment from, Held owner) {
    DeviceMemory memory = owner.add(device.allocate(from.byteSize()));
    try (HostMemory host = device.pin(from.byteSize())) {
      host.segment().copyFrom(from);
      device.upload(host, memory, from.byteSize(), stream);
      device.synchronize(stream);
    }
    return memory;
  }

  private void downloaded(DeviceMemory from, MemorySegment into) {
    try (HostMemory host = device.pin(into.byteSize())) {
      device.download(from, host, into.byteSize(), stream);
      device.synchronize(stream);
      into.copyFrom(host.segment().asSlice(0, into.byteSize()));
    }
  }

  private void pack() {
    try (Held staging = new Held()) {
      DeviceMemory codes = uploaded(weights.codes().segment(), staging);
      GpuKernel kernel = device.kernel("pack", "pack_" + bits);
      device.launch(
          Launch.ofThreads(kernel, (long) rows * units(), THREADS)
              .with(codes, words, rows, columns),
          stream);
      device.synchronize(stream);
    }
  }

  /** The weights that the packed codes stand for; a new matrix, {@code out × in}. */
  Matrix dequantized() {
    Matrix w = Matrix.zeros(rows, columns);
    try (Held staging = new Held()) {
      DeviceMemory memory = staging.add(device.allocate(w.segment().byteSize()));
      GpuKernel kernel = device.kernel("dequantize", "dequantize_" + bits);
      device.launch(
          Launch.ofThreads(kernel, (long) rows * units(), THREADS)
              .with(words, scales, zeros, memory, rows, columns, size),
          stream);
      downloaded(memory, w.segment());
    }
    ChannelScales channels = weights.channelScales();
    if (channels != null) {
      channels.divide(w);
    }
    return w;
  }

  /**
   * The layer's outputs, without bias.
   *
   * @param x inputs, {@code tokens × in}; not modified
   * @return a new matrix, {@code tokens × out}
   * @throws ShapeException if the inner sides differ
   */
  Matrix apply(Matrix x) {
    if (x.cols() != columns) {
      throw new ShapeException(
          "inputs are %s but weights are %s; their second sides must agree"
              .formatted(x.shape(), weights.shape()));
    }
    Matrix y = Matrix.zeros(x.rows(), rows);
    try (Held staging = new Held()) {
      DeviceMemory inputs = uploaded(divided(x).segment(), staging);
      DeviceMemory outputs = staging.add(device.allocate(y.segment().byteSize()));
      device.launch(product(inputs, outputs, Math.toIntExact(x.rows())), stream);
      downloaded(outputs, y.segment());
    }
    return y;
  }

  /** The launch of a product whose inputs and outputs lie on the device already. */
  Launch product(DeviceMemory inputs, DeviceMemory outputs, int batch) {
    if (size % UNIT != 0) {
      GpuKernel kernel = device.kernel("matvec", "matvec_naive");
      return Launch.ofThreads(kernel, (long) rows * batch, THREADS)
          .with(words, scales, zeros, inputs, outputs, rows, columns, size, batch, bits);
    }
    int at = batch == 1 ? 1 : batch <= 4 ? 4 : 8;
    int rowsPerBlock = at == 1 ? 2 * WARPS : WARPS;
    GpuKernel kernel = device.kernel("matvec", "matvec_%d_%d".formatted(bits, at));
    return Launch.of(kernel, Math.ceilDiv(rows, rowsPerBlock), THREADS)
        .rows(Math.ceilDiv(batch, at))
        .shared(sharedFloats(at) * Float.BYTES)
        .with(words, scales, zeros, inputs, outputs, rows, columns, size, batch);
  }

  /** 32 units of inputs, four floats apart from one another, and the sum of each. */
  private static int sharedFloats(int batch) {
    return UNIT * (UNIT * batch + 4) + UNIT * batch;
  }

  private Matrix divided(Matrix x) {
    ChannelScales channels = weights.channelScales();
    if (channels == null) {
      return x;
    }
    Matrix copy = x.copy();
    channels.divide(copy);
    return copy;
  }

  @Override
  public void close() {
    held.close();
  }
}

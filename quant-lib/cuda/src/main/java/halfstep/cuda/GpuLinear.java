package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
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
import java.util.List;

/**
 * A linear layer whose codes lie packed on the GPU: {@code Y = X · Ŵᵀ} without {@code Ŵ}, for the
 * few rows of decoding. The twin of {@link QuantizedLinear}, within float32's rounding: the sums
 * have another order. For one thread.
 */
final class GpuLinear implements AutoCloseable {

  private final GpuDevice device;
  private final QuantizedMatrix weights;
  private final Held held = new Held();
  private final GpuStream stream;
  private final PackedRows rows;

  /**
   * Brings a layer to the GPU and packs it there.
   *
   * @param weights groups along axis 1, in order, of 2, 3, 4 or 8 bits; not modified
   * @throws IllegalArgumentException if it is not such a layer
   * @throws halfstep.cuda.device.OutOfDeviceMemoryException if there is no room for it
   */
  GpuLinear(GpuDevice device, QuantizedMatrix weights) {
    int bits = QuantizedLinear.bits(weights.spec());
    boolean known = bits == 2 || bits == 3 || bits == 4 || bits == 8;
    if (!known || !QuantizedLinear.supports(weights)) {
      throw new IllegalArgumentException(
          "products on the GPU want groups of neighbouring inputs of 2, 3, 4 or 8 bits, but these are %s"
              .formatted(weights.spec().label()));
    }
    this.device = device;
    this.weights = weights;
    int size = weights.spec().grouping(weights.shape()).size();
    try {
      this.stream = held.add(device.stream());
      this.rows =
          TileRows.supports(device, size)
              ? new TileRows(device, weights, bits, held)
              : new DenseRows(device, weights, bits, held);
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  /** Bytes that a product reads of this layer: codes, scales, zeros. */
  long bytes() {
    return rows.bytes();
  }

  /** The weights that the packed codes stand for; a new matrix, {@code out × in}. */
  Matrix dequantized() {
    Matrix w = Matrix.zeros(weights.shape().rows(), weights.shape().cols());
    try (Held staging = new Held()) {
      DeviceMemory memory = staging.add(device.allocate(w.segment().byteSize()));
      device.launch(rows.dequantize(memory), stream);
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
    return applied(x, (inputs, outputs, batch, _) -> product(inputs, outputs, batch));
  }

  /**
   * The layer's outputs, without bias, where tensor cores multiply more than 16 rows of inputs
   * rounded to half floats: each output is off by at most (2⁻¹¹ + 1e-5) · Σ |ŵ|·|x|. Fewer rows, or
   * other devices and groups, give {@link #apply}'s outputs.
   *
   * @param x inputs, {@code tokens × in}; not modified
   * @return a new matrix, {@code tokens × out}
   * @throws ShapeException if the inner sides differ
   */
  Matrix applyInHalf(Matrix x) {
    return applied(x, rows::halfProduct);
  }

  /** The launches of {@link #applyInHalf}; scratch gets the memory that they need. */
  List<Launch> halfProduct(DeviceMemory inputs, DeviceMemory outputs, int batch, Held scratch) {
    return rows.halfProduct(inputs, outputs, batch, scratch);
  }

  private interface Product {
    List<Launch> launches(DeviceMemory inputs, DeviceMemory outputs, int batch, Held scratch);
  }

  private Matrix applied(Matrix x, Product product) {
    if (x.cols() != weights.shape().cols()) {
      throw new ShapeException(
          "inputs are %s but weights are %s; their second sides must agree"
              .formatted(x.shape(), weights.shape()));
    }
    Matrix y = Matrix.zeros(x.rows(), weights.shape().rows());
    try (Held staging = new Held()) {
      DeviceMemory inputs = Uploads.segment(device, divided(x).segment(), staging);
      DeviceMemory outputs = staging.add(device.allocate(y.segment().byteSize()));
      product
          .launches(inputs, outputs, Math.toIntExact(x.rows()), staging)
          .forEach(launch -> device.launch(launch, stream));
      downloaded(outputs, y.segment());
    }
    return y;
  }

  /** The launches of a product whose inputs and outputs lie on the device already, in order. */
  List<Launch> product(DeviceMemory inputs, DeviceMemory outputs, int batch) {
    return rows.product(inputs, outputs, batch);
  }

  private void downloaded(DeviceMemory from, MemorySegment into) {
    try (HostMemory host = device.pin(into.byteSize())) {
      device.download(from, host, into.byteSize(), stream);
      device.synchronize(stream);
      into.copyFrom(host.segment().asSlice(0, into.byteSize()));
    }
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

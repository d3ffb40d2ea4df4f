package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import java.util.List;

/** The codes of a linear layer on the device, in an order that some kernels multiply by. */
interface PackedRows {

  /** Bytes that a product reads of the layer: codes, scales, zeros. */
  long bytes();

  /**
   * The launches of a product whose inputs and outputs lie on the device, to be queued in order.
   * Two products of one layer must not run at a time.
   *
   * @param inputs {@code batch × in}
   * @param outputs {@code batch × out}; overwritten
   */
  List<Launch> product(DeviceMemory inputs, DeviceMemory outputs, int batch);

  /**
   * The launches of a product with many rows of inputs, which may be rounded to half floats: an
   * output is then off by at most (2⁻¹¹ + 1e-5) · Σ |ŵ|·|x|. What no kernel is faster for is {@link
   * #product}.
   *
   * @param inputs {@code batch × in}
   * @param outputs {@code batch × out}; overwritten
   * @param scratch gets the memory that the launches need until they are done
   */
  default List<Launch> halfProduct(
      DeviceMemory inputs, DeviceMemory outputs, int batch, Held scratch) {
    return product(inputs, outputs, batch);
  }

  /**
   * The launch that gives the weights that the codes stand for.
   *
   * @param weights {@code out × in}; overwritten
   */
  Launch dequantize(DeviceMemory weights);
}

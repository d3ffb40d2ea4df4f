package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
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
   * The launch that gives the weights that the codes stand for.
   *
   * @param weights {@code out × in}; overwritten
   */
  Launch dequantize(DeviceMemory weights);
}

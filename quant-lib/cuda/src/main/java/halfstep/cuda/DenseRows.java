package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.QuantizedMatrix;
import java.util.List;

/** Codes row after row ({@code dense.cuh}): any group size, any device. */
final class DenseRows implements PackedRows {

  private static final int THREADS = 256;
  private static final int WARPS = THREADS / 32;
  private static final int UNIT = 32;

  private final GpuDevice device;
  private final int bits;
  private final int rows;
  private final int columns;
  private final int size;
  private final DeviceMemory words;
  private final DeviceMemory scales;
  private final DeviceMemory zeros;

  /**
   * @param bits 2, 3, 4 or 8
   * @param held gives everything back
   */
  DenseRows(GpuDevice device, QuantizedMatrix weights, int bits, Held held) {
    this.device = device;
    this.bits = bits;
    this.rows = Math.toIntExact(weights.shape().rows());
    this.columns = Math.toIntExact(weights.shape().cols());
    this.size = weights.spec().grouping(weights.shape()).size();
    this.words = held.add(device.allocate((long) rows * units() * bits * Integer.BYTES));
    this.scales = Uploads.segment(device, weights.params().scales().segment(), held);
    this.zeros = Uploads.segment(device, weights.params().zeros().segment(), held);
    Uploads.work(
        device,
        weights.codes().segment(),
        codes ->
            Launch.ofThreads(device.kernel("pack", "pack_" + bits), (long) rows * units(), THREADS)
                .with(codes, words, rows, columns));
  }

  private int units() {
    return Math.ceilDiv(columns, UNIT);
  }

  @Override
  public long bytes() {
    return words.bytes() + scales.bytes() + zeros.bytes();
  }

  @Override
  public Launch dequantize(DeviceMemory weights) {
    GpuKernel kernel = device.kernel("dequantize", "dequantize_" + bits);
    return Launch.ofThreads(kernel, (long) rows * units(), THREADS)
        .with(words, scales, zeros, weights, rows, columns, size);
  }

  @Override
  public List<Launch> product(DeviceMemory inputs, DeviceMemory outputs, int batch) {
    if (size % UNIT != 0) {
      GpuKernel kernel = device.kernel("matvec", "matvec_naive");
      return List.of(
          Launch.ofThreads(kernel, (long) rows * batch, THREADS)
              .with(words, scales, zeros, inputs, outputs, rows, columns, size, batch, bits));
    }
    int at = batch == 1 ? 1 : batch <= 4 ? 4 : 8;
    int rowsPerBlock = at == 1 ? 2 * WARPS : WARPS;
    GpuKernel kernel = device.kernel("matvec", "matvec_%d_%d".formatted(bits, at));
    return List.of(
        Launch.of(kernel, Math.ceilDiv(rows, rowsPerBlock), THREADS)
            .rows(Math.ceilDiv(batch, at))
            .shared(sharedFloats(at) * Float.BYTES)
            .with(words, scales, zeros, inputs, outputs, rows, columns, size, batch));
  }

  /** 32 units of inputs, four floats apart from one another, and the sum of each. */
  private static int sharedFloats(int batch) {
    return UNIT * (UNIT * batch + 4) + UNIT * batch;
  }
}

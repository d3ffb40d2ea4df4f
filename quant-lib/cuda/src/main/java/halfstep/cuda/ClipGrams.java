package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.tensor.Matrix;
import java.util.List;

/**
 * The Gram matrices of a row's groups on the device, their lines filled up with zeros.
 *
 * @param memory {@code groups × size × padded}
 * @param groups of a row
 * @param size channels of a group
 * @param padded floats from one line to the next
 */
record ClipGrams(DeviceMemory memory, int groups, int size, int padded) {

  /** {@code clip.cu} takes so many columns at a time. */
  private static final int COLUMNS = 16;

  /** Bytes that those of a row take. */
  static long bytes(long columns, int size) {
    return columns * padded(size) * Float.BYTES;
  }

  private static int padded(int size) {
    return Math.ceilDiv(size, COLUMNS) * COLUMNS;
  }

  /**
   * Brings them there.
   *
   * @param grams of each group, {@code g × g}
   * @param held gives the memory back
   */
  static ClipGrams of(GpuDevice device, List<Matrix> grams, Held held) {
    int size = Math.toIntExact(grams.getFirst().rows());
    int padded = padded(size);
    Matrix all = Matrix.zeros((long) grams.size() * size, padded);
    long line = 0;
    for (Matrix gram : grams) {
      for (int k = 0; k < size; k++) {
        all.write(line++ * padded, gram.row(k), 0, size);
      }
    }
    return new ClipGrams(Uploads.segment(device, all.segment(), held), grams.size(), size, padded);
  }
}

package halfstep.export;

import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import halfstep.tensor.OffHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Matrices as 16-bit tensors of a file. */
final class HalfTensors {

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private HalfTensors() {}

  /**
   * Nearest float16 values, row by row.
   *
   * @param what names the values in the refusal
   * @throws ExportException if one is beyond 65504, or a scale would become 0
   */
  static MemorySegment float16(Matrix values, String what) {
    MemorySegment bytes = OffHeap.allocate(Math.max(2, values.size() * Short.BYTES));
    for (long i = 0; i < values.size(); i++) {
      bytes.set(SHORT, i * Short.BYTES, half(values.at(i), what));
    }
    return bytes;
  }

  /** Nearest bfloat16 values, row by row. */
  static MemorySegment bfloat16(Matrix values) {
    MemorySegment bytes = OffHeap.allocate(Math.max(2, values.size() * Short.BYTES));
    for (long i = 0; i < values.size(); i++) {
      bytes.set(SHORT, i * Short.BYTES, Halves.toBfloat16(values.at(i)));
    }
    return bytes;
  }

  /** Columns become rows. */
  static Matrix transposed(Matrix values) {
    Matrix turned = Matrix.zeros(values.cols(), values.rows());
    for (long r = 0; r < values.rows(); r++) {
      float[] row = values.row(r);
      for (int c = 0; c < row.length; c++) {
        turned.set(c, r, row[c]);
      }
    }
    return turned;
  }

  private static short half(float value, String what) {
    short bits = Float.floatToFloat16(value);
    if (Math.abs(value) > 65504f && Float.isInfinite(Float.float16ToFloat(bits))) {
      throw new ExportException(
          "%s: %s is beyond float16, which ends at 65504; export plain safetensors, or leave this layer out with --exclude"
              .formatted(what, value));
    }
    if (value != 0 && (bits & 0x7fff) == 0 && what.endsWith("scales")) {
      throw new ExportException(
          "%s: %s is too small for float16, whose smallest number is 6e-8; such weights need plain safetensors"
              .formatted(what, value));
    }
    return bits;
  }
}

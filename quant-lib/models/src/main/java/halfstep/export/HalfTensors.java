package halfstep.export;

import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import halfstep.tensor.OffHeap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Matrices as 16-bit tensors of a file. */
final class HalfTensors {

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private static final int BLOCK = 1 << 13;

  private HalfTensors() {}

  /**
   * Nearest float16 values, row by row.
   *
   * @param what names the values in the refusal
   * @throws ExportException if one is beyond 65504, or a scale would become 0
   */
  static MemorySegment float16(Matrix values, String what) {
    MemorySegment bytes = OffHeap.allocate(Math.max(2, values.size() * Short.BYTES));
    float[] floats = new float[BLOCK];
    short[] halves = new short[BLOCK];
    for (long done = 0; done < values.size(); done += BLOCK) {
      int count = (int) Math.min(BLOCK, values.size() - done);
      values.read(done, floats, 0, count);
      round(floats, halves, count);
      if (!areKept(floats, halves, count)) {
        for (int i = 0; i < count; i++) {
          halves[i] = half(floats[i], what);
        }
      }
      MemorySegment.copy(halves, 0, bytes, SHORT, done * Short.BYTES, count);
    }
    return bytes;
  }

  /** A loop by itself, which the JIT turns into instructions for several at a time. */
  private static void round(float[] from, short[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = Float.floatToFloat16(from[i]);
    }
  }

  /** Whether no number became infinite or 0, in which case it must be looked at. */
  private static boolean areKept(float[] from, short[] into, int count) {
    boolean kept = true;
    for (int i = 0; i < count; i++) {
      int size = into[i] & 0x7fff;
      kept &= size < 0x7c00 && (size != 0 || from[i] == 0);
    }
    return kept;
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
    if (Math.abs(value) > Halves.LARGEST_FLOAT16 && Float.isInfinite(Float.float16ToFloat(bits))) {
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

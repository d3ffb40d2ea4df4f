package halfstep.tensor;

import halfstep.backend.Backends;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Conversions between float32 and the 16-bit formats of checkpoints, a block at a time. */
public final class Halves {

  /** The largest finite float16. */
  public static final float LARGEST_FLOAT16 = 65504f;

  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int BLOCK = 1 << 13;
  private static final int INFINITE = 0x7f800000;
  private static final HalvesKernel KERNEL = Backends.kernel(HalvesKernel.class, ScalarHalves::new);

  private Halves() {}

  /** The float32 value of a bfloat16: its bits are the upper half. Exact. */
  public static float fromBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest bfloat16, ties to even, as torch rounds; NaN stays NaN. */
  public static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The nearest float16, ties to even, as a float; beyond {@link #LARGEST_FLOAT16} infinite. */
  public static float half(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }

  /**
   * Widens bfloat16 values to float32.
   *
   * @param from {@code 2 · size} bytes, little-endian, any alignment; not modified
   * @param into filled row by row
   * @return whether all values are finite
   */
  public static boolean readBfloat16(MemorySegment from, Matrix into) {
    requireSize(from, into);
    int most = 0;
    for (long done = 0; done < into.size(); done += BLOCK) {
      int count = (int) Math.min(BLOCK, into.size() - done);
      most =
          Math.max(
              most,
              KERNEL.fromBfloat16(
                  from, done * Short.BYTES, into.segment(), done * Float.BYTES, count));
    }
    return most < INFINITE;
  }

  /**
   * Narrows float32 values that are bfloat16 values; stops soon after one that is none. Exact for
   * any pattern of bits, NaN's as well.
   *
   * @param from {@code 4 · n} bytes, any alignment; not modified
   * @param into {@code 2 · n} bytes, little-endian; undefined where the result is false
   * @return whether all values are bfloat16 values
   * @throws ShapeException if the sizes are others
   */
  public static boolean narrowToBfloat16(MemorySegment from, MemorySegment into) {
    long size = into.byteSize() / Short.BYTES;
    if (size * Short.BYTES != into.byteSize() || from.byteSize() != size * Float.BYTES) {
      throw new ShapeException(
          "%d bytes of float32 do not narrow to %d bytes, but to half as many"
              .formatted(from.byteSize(), into.byteSize()));
    }
    int lost = 0;
    for (long done = 0; done < size && lost == 0; done += BLOCK) {
      int count = (int) Math.min(BLOCK, size - done);
      lost = KERNEL.upperHalves(from, done * Float.BYTES, into, done * Short.BYTES, count);
    }
    return lost == 0;
  }

  /**
   * Widens IEEE half-precision values to float32.
   *
   * @param from {@code 2 · size} bytes, little-endian, any alignment; not modified
   * @param into filled row by row
   */
  public static void readFloat16(MemorySegment from, Matrix into) {
    requireSize(from, into);
    // to the heap and back: the JIT has an instruction for arrays of these, the Vector API has not
    short[] halves = new short[BLOCK];
    float[] floats = new float[BLOCK];
    for (long done = 0; done < into.size(); done += BLOCK) {
      int count = (int) Math.min(BLOCK, into.size() - done);
      MemorySegment.copy(from, SHORT, done * Short.BYTES, halves, 0, count);
      fromFloat16Block(halves, floats, count);
      into.write(done, floats, 0, count);
    }
  }

  private static void requireSize(MemorySegment from, Matrix into) {
    if (from.byteSize() != into.size() * Short.BYTES) {
      throw new ShapeException(
          "%d bytes do not hold %s values of 16 bits, which take %d"
              .formatted(from.byteSize(), into.shape(), into.size() * Short.BYTES));
    }
  }

  private static void fromFloat16Block(short[] from, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = Float.float16ToFloat(from[i]);
    }
  }
}

package halfstep.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Conversions between float32 and the 16-bit formats of checkpoints, a block at a time. */
public final class Halves {

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int BLOCK = 1 << 13;

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

  /**
   * Widens bfloat16 values to float32.
   *
   * @param from {@code 2 · size} bytes, little-endian, any alignment; not modified
   * @param into filled row by row
   */
  public static void readBfloat16(MemorySegment from, Matrix into) {
    widen(from, into, Halves::fromBfloat16Block);
  }

  /**
   * Widens IEEE half-precision values to float32.
   *
   * @param from {@code 2 · size} bytes, little-endian, any alignment; not modified
   * @param into filled row by row
   */
  public static void readFloat16(MemorySegment from, Matrix into) {
    widen(from, into, Halves::fromFloat16Block);
  }

  private interface Widening {
    void apply(short[] from, float[] into, int count);
  }

  /** Copies a block to the heap first: element-wise reads of a segment do not vectorise. */
  private static void widen(MemorySegment from, Matrix into, Widening widening) {
    if (from.byteSize() != into.size() * Short.BYTES) {
      throw new ShapeException(
          "%d bytes do not hold %s values of 16 bits, which take %d"
              .formatted(from.byteSize(), into.shape(), into.size() * Short.BYTES));
    }
    short[] halves = new short[BLOCK];
    float[] floats = new float[BLOCK];
    for (long done = 0; done < into.size(); done += BLOCK) {
      int count = (int) Math.min(BLOCK, into.size() - done);
      MemorySegment.copy(from, SHORT, done * Short.BYTES, halves, 0, count);
      widening.apply(halves, floats, count);
      into.write(done, floats, 0, count);
    }
  }

  private static void fromBfloat16Block(short[] from, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = Float.intBitsToFloat(from[i] << 16);
    }
  }

  private static void fromFloat16Block(short[] from, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = Float.float16ToFloat(from[i]);
    }
  }
}

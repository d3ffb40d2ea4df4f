package halfstep.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Widening of the 16-bit formats and narrowing to them, element by element and exact: all twins
 * give the same bits.
 */
public interface HalvesKernel {

  /**
   * bfloat16 to float32.
   *
   * @param from holds {@code 2 · count} bytes from {@code fromByte} on, little-endian, of any
   *     alignment; not modified
   * @param into overwritten with {@code 4 · count} bytes from {@code intoByte} on
   * @return the largest of the values' bits without their signs: from 0x7f800000 on, one of them is
   *     infinite or NaN
   */
  int fromBfloat16(MemorySegment from, long fromByte, MemorySegment into, long intoByte, int count);

  /**
   * float32 to bfloat16: the upper halves of the bits, unrounded.
   *
   * @param from holds {@code 4 · count} bytes from {@code fromByte} on, of any alignment; not
   *     modified
   * @param into overwritten with {@code 2 · count} bytes from {@code intoByte} on, little-endian
   * @return bits of the lower halves that are set in any value: 0 if nothing was lost
   */
  int upperHalves(MemorySegment from, long fromByte, MemorySegment into, long intoByte, int count);
}

package halfstep.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@link HalvesKernel} in plain loops: a block is copied to the heap and back, for element-wise
 * reads of a segment do not vectorise.
 */
final class ScalarHalves implements HalvesKernel {

  @Override
  public int fromBfloat16(
      MemorySegment from, long fromByte, MemorySegment into, long intoByte, int count) {
    short[] halves = new short[count];
    float[] floats = new float[count];
    MemorySegment.copy(from, Halves.SHORT, fromByte, halves, 0, count);
    int most = 0;
    for (int i = 0; i < count; i++) {
      floats[i] = Float.intBitsToFloat(halves[i] << 16);
      most = Math.max(most, (halves[i] << 16) & Integer.MAX_VALUE);
    }
    MemorySegment.copy(floats, 0, into, ValueLayout.JAVA_FLOAT_UNALIGNED, intoByte, count);
    return most;
  }

  @Override
  public int upperHalves(
      MemorySegment from, long fromByte, MemorySegment into, long intoByte, int count) {
    int[] bits = new int[count];
    short[] halves = new short[count];
    MemorySegment.copy(from, ValueLayout.JAVA_INT_UNALIGNED, fromByte, bits, 0, count);
    int any = 0;
    for (int i = 0; i < count; i++) {
      halves[i] = (short) (bits[i] >>> 16);
      any |= bits[i];
    }
    MemorySegment.copy(halves, 0, into, Halves.SHORT, intoByte, count);
    return any & 0xffff;
  }
}

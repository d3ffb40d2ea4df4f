package halfstep.backend.vector;

import halfstep.tensor.Halves;
import halfstep.tensor.HalvesKernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** From segment to segment, without a stop on the heap. */
final class VectorHalves implements HalvesKernel {

  private static final int L = Lanes.COUNT;

  /** As many lanes as {@link Lanes#INTS}, half as wide. */
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(
          short.class, jdk.incubator.vector.VectorShape.forBitSize(Lanes.INTS.vectorBitSize() / 2));

  @Override
  public int fromBfloat16(
      MemorySegment from, long fromByte, MemorySegment into, long intoByte, int count) {
    IntVector largest = IntVector.zero(Lanes.INTS);
    int i = 0;
    for (; i + L <= count; i += L) {
      ShortVector halves =
          ShortVector.fromMemorySegment(
              SHORTS, from, fromByte + Short.BYTES * (long) i, ByteOrder.LITTLE_ENDIAN);
      IntVector bits =
          (IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, Lanes.INTS, 0);
      bits = bits.lanewise(VectorOperators.LSHL, 16);
      bits.intoMemorySegment(into, intoByte + Float.BYTES * (long) i, ByteOrder.nativeOrder());
      largest = largest.max(bits.and(Integer.MAX_VALUE));
    }
    int most = largest.reduceLanes(VectorOperators.MAX);
    for (; i < count; i++) {
      short bits = from.get(ValueLayout.JAVA_SHORT_UNALIGNED, fromByte + Short.BYTES * (long) i);
      into.set(
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          intoByte + Float.BYTES * (long) i,
          Halves.fromBfloat16(bits));
      most = Math.max(most, (bits << 16) & Integer.MAX_VALUE);
    }
    return most;
  }

  @Override
  public int upperHalves(
      MemorySegment from, long fromByte, MemorySegment into, long intoByte, int count) {
    IntVector any = IntVector.zero(Lanes.INTS);
    int i = 0;
    for (; i + L <= count; i += L) {
      IntVector bits =
          IntVector.fromMemorySegment(
              Lanes.INTS, from, fromByte + Float.BYTES * (long) i, ByteOrder.nativeOrder());
      ShortVector halves =
          (ShortVector)
              bits.lanewise(VectorOperators.LSHR, 16).convertShape(VectorOperators.I2S, SHORTS, 0);
      halves.intoMemorySegment(into, intoByte + Short.BYTES * (long) i, ByteOrder.LITTLE_ENDIAN);
      any = any.or(bits);
    }
    int some = any.reduceLanes(VectorOperators.OR);
    for (; i < count; i++) {
      int bits = from.get(ValueLayout.JAVA_INT_UNALIGNED, fromByte + Float.BYTES * (long) i);
      into.set(
          ValueLayout.JAVA_SHORT_UNALIGNED,
          intoByte + Short.BYTES * (long) i,
          (short) (bits >>> 16));
      some |= bits;
    }
    return some & 0xffff;
  }
}

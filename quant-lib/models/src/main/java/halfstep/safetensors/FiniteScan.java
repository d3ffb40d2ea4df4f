package halfstep.safetensors;

import halfstep.tensor.Parallel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Counts NaN and infinities in a float tensor by their bits: all ones in the exponent, and in the
 * mantissa something or nothing. One pass over the mapped file, a block at a time.
 */
final class FiniteScan {

  private static final int BLOCK = 1 << 16;
  private static final ValueLayout.OfShort SHORTS =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INTS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONGS =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final SafetensorsFile file;
  private final TensorInfo info;
  private long nans;
  private long infinities;

  private FiniteScan(SafetensorsFile file, TensorInfo info) {
    this.file = file;
    this.info = info;
  }

  /** Reads a tensor; types that know neither NaN nor infinity have none. */
  static NonFinite of(SafetensorsFile file, TensorInfo info) {
    FiniteScan scan = new FiniteScan(file, info);
    switch (info.dtype()) {
      case F32 -> scan.run(0x7F80_0000L);
      case BF16 -> scan.run(0x7F80L);
      case F16 -> scan.run(0x7C00L);
      case F64 -> scan.run(0x7FF0_0000_0000_0000L);
      case F8_E5M2 -> scan.run(0x7CL);
      case F8_E4M3 -> scan.run(0x7FL); // its only special value is NaN
      case F4, F6_E2M3, F6_E3M2, F8_E8M0 -> {}
      case BOOL, U8, I8, I16, U16, I32, U32, C64, I64, U64 -> {}
    }
    boolean nanOnly = info.dtype() == DType.F8_E4M3;
    return new NonFinite(
        info.name(),
        scan.nans + (nanOnly ? scan.infinities : 0),
        nanOnly ? 0 : scan.infinities,
        info.elements());
  }

  private void run(long exponent) {
    int width = info.dtype().bits() / Byte.SIZE;
    long signless = (-1L >>> (Long.SIZE - info.dtype().bits())) >>> 1;
    long[] block = new long[(int) Math.min(BLOCK, info.elements())];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = file.map(info.name(), arena);
      for (long from = 0; from < info.elements(); from += BLOCK) {
        Parallel.checkInterrupt("looking for non-finite values in " + file.path());
        int count = (int) Math.min(BLOCK, info.elements() - from);
        read(values.asSlice(from * width, (long) count * width), block, count, width);
        count(block, count, exponent, signless);
      }
    }
  }

  private static void read(MemorySegment from, long[] to, int count, int width) {
    switch (width) {
      case 1 -> {
        byte[] bytes = from.toArray(ValueLayout.JAVA_BYTE);
        for (int i = 0; i < count; i++) {
          to[i] = bytes[i];
        }
      }
      case 2 -> {
        short[] shorts = from.toArray(SHORTS);
        for (int i = 0; i < count; i++) {
          to[i] = shorts[i];
        }
      }
      case 4 -> {
        int[] ints = from.toArray(INTS);
        for (int i = 0; i < count; i++) {
          to[i] = ints[i];
        }
      }
      default -> MemorySegment.copy(from, LONGS, 0, to, 0, count);
    }
  }

  private void count(long[] block, int count, long exponent, long signless) {
    for (int i = 0; i < count; i++) {
      if ((block[i] & exponent) == exponent) {
        if ((block[i] & signless) == exponent) {
          infinities++;
        } else {
          nans++;
        }
      }
    }
  }
}

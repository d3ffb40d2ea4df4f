package halfstep.pack;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Whole rows of packed bytes. */
final class PackedRows {

  private PackedRows() {}

  static byte[] read(Packed packed, long row) {
    byte[] bytes = new byte[Math.toIntExact(packed.shape().cols())];
    MemorySegment.copy(
        packed.segment(), ValueLayout.JAVA_BYTE, row * bytes.length, bytes, 0, bytes.length);
    return bytes;
  }

  static void write(Packed packed, long row, byte[] bytes) {
    MemorySegment.copy(
        bytes, 0, packed.segment(), ValueLayout.JAVA_BYTE, row * bytes.length, bytes.length);
  }
}

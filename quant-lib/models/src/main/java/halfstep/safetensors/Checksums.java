package halfstep.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/** CRC-32C of what we wrote, or read, ourselves: told apart from noise, not from a forgery. */
public final class Checksums {

  /** What a buffer may hold. */
  private static final long SLICE = 1 << 30;

  private Checksums() {}

  /** CRC-32C of memory, heap or not. */
  public static long crc32c(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    if (!bytes.isNative()) {
      crc.update(bytes.toArray(ValueLayout.JAVA_BYTE));
      return crc.getValue();
    }
    for (long done = 0; done < bytes.byteSize(); done += SLICE) {
      long count = Math.min(SLICE, bytes.byteSize() - done);
      crc.update(bytes.asSlice(done, count).asByteBuffer());
    }
    return crc.getValue();
  }
}

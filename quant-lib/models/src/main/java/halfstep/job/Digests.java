package halfstep.job;

import halfstep.tensor.Parallel;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** SHA-256 in hexadecimal, of what came from elsewhere; CRC-32C of what we wrote ourselves. */
final class Digests {

  private static final int BLOCK = 1 << 20;

  private Digests() {}

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  static String sha256(Path file) {
    MessageDigest digest = digest();
    byte[] block = new byte[BLOCK];
    try (InputStream in = new FileInputStream(file.toFile())) {
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        Parallel.checkInterrupt("reading " + file);
        digest.update(block, 0, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** CRC-32C of memory, heap or not. */
  static long crc32c(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    byte[] block = new byte[BLOCK];
    for (long done = 0; done < bytes.byteSize(); done += BLOCK) {
      int count = (int) Math.min(BLOCK, bytes.byteSize() - done);
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, done, block, 0, count);
      crc.update(block, 0, count);
    }
    return crc.getValue();
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

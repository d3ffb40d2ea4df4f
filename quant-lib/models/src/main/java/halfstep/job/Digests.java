package halfstep.job;

import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Parallel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** SHA-256 in hexadecimal, of what came from elsewhere. */
final class Digests {

  private static final int BLOCK = 1 << 18;

  private Digests() {}

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  static String sha256(Path file) {
    return sha256(file, bytes -> {});
  }

  /**
   * The same.
   *
   * @param pace hears of each block before it is read, how many bytes it has at most; may wait
   */
  static String sha256(Path file, LongConsumer pace) {
    MessageDigest digest = digest();
    byte[] block = new byte[BLOCK];
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int count = 0; count >= 0; count = in.read(ByteBuffer.wrap(block))) {
        digest.update(block, 0, count);
        Parallel.checkInterrupt("reading " + file);
        pace.accept(BLOCK);
      }
    } catch (ClosedByInterruptException e) {
      throw new InterruptedWork("reading " + file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

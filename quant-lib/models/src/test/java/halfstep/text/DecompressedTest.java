package halfstep.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecompressedTest {

  private static final byte[] LINE = "the same line again\n".getBytes(StandardCharsets.UTF_8);

  private static byte[] gzip(int lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < lines; i++) {
        gzip.write(LINE);
      }
    }
    return bytes.toByteArray();
  }

  private static Decompressed open(byte[] packed, long always) throws IOException {
    return new Decompressed(new ByteArrayInputStream(packed), packed.length, always);
  }

  @Test
  void whatStaysWithinBoundsIsReadWhole() throws IOException {
    int lines = 10_000;
    byte[] packed = gzip(lines);
    long size = (long) lines * LINE.length;
    long always = size - 256L * packed.length; // exactly what it is
    try (Decompressed stream = open(packed, always)) {
      assertEquals(size, stream.readAllBytes().length);
    }
    try (Decompressed stream = open(packed, always - 1)) {
      String refusal =
          String.valueOf(assertThrows(IOException.class, stream::readAllBytes).getMessage());
      assertTrue(refusal.startsWith("it decompresses to more than"), refusal);
    }
  }

  /** A hundred mebibytes in a hundred kilobytes. */
  @Test
  void aBombIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("text.txt.gz");
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      byte[] letters = new byte[1 << 20];
      Arrays.fill(letters, (byte) 'a');
      for (int i = 0; i < 100; i++) {
        gzip.write(letters);
      }
    }
    TokenizerException refusal =
        assertThrows(TokenizerException.class, () -> Documents.joined(file));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("it decompresses to more than"),
        refusal.getMessage());
  }
}

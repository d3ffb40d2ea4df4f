package halfstep.text;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * A gzip file's content, up to what text can be: a kilobyte of gzip may stand for a megabyte of one
 * letter, which would fill memory and disk. Text of any language or code is below 30 times its
 * size.
 */
final class Decompressed extends FilterInputStream {

  private static final long TIMES = 256;
  private static final long ALWAYS = 64L << 20;
  private static final int BUFFER = 1 << 16;

  private final long most;
  private long given;

  /**
   * @param packed from the first byte on
   * @param packedBytes size of the file
   */
  Decompressed(InputStream packed, long packedBytes) throws IOException {
    this(packed, packedBytes, ALWAYS);
  }

  /**
   * @param always bytes that any file may decompress to
   */
  Decompressed(InputStream packed, long packedBytes, long always) throws IOException {
    super(new GZIPInputStream(packed, BUFFER));
    this.most = always + TIMES * packedBytes;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int count = super.read(into, offset, length);
    count(Math.max(0, count));
    return count;
  }

  private void count(int bytes) throws IOException {
    given += bytes;
    if (given > most) {
      throw new IOException(
          "it decompresses to more than %d bytes, over %d times its size, which no text does; decompress it yourself if that is right"
              .formatted(most, TIMES));
    }
  }
}

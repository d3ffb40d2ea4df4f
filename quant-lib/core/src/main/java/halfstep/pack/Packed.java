package halfstep.pack;

import halfstep.tensor.OffHeap;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A tensor of packed words as it lies in a file: row-major, little-endian, 8 or 32 bits a word,
 * outside the Java heap.
 */
public final class Packed {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Shape shape;
  private final int wordBits;
  private final long padding;
  private final MemorySegment segment;

  private Packed(Shape shape, int wordBits, long padding, MemorySegment segment) {
    this.shape = shape;
    this.wordBits = wordBits;
    this.padding = padding;
    this.segment = segment;
  }

  /** New words, all 0, of which {@code padding} whole fields will hold no code. */
  static Packed zeros(Shape shape, int wordBits, long padding) {
    long bytes = Math.multiplyExact(shape.size(), wordBits / Byte.SIZE);
    return new Packed(shape, wordBits, padding, OffHeap.allocate(bytes));
  }

  /**
   * A view of a file's words; not copied.
   *
   * @param shape of the packed tensor, in words
   * @param wordBits 8 or 32
   * @param segment the tensor's bytes; any alignment
   * @throws ShapeException if the segment does not hold exactly these words
   */
  public static Packed over(Shape shape, int wordBits, MemorySegment segment) {
    if (wordBits != Byte.SIZE && wordBits != Integer.SIZE) {
      throw new IllegalArgumentException(
          "words of %d bits are not known; packed tensors have 8 or 32".formatted(wordBits));
    }
    if (segment.byteSize() != shape.size() * (wordBits / Byte.SIZE)) {
      throw new ShapeException(
          "%d bytes do not hold %s words of %d bits, which take %d"
              .formatted(
                  segment.byteSize(), shape, wordBits, shape.size() * (wordBits / Byte.SIZE)));
    }
    return new Packed(shape, wordBits, 0, segment);
  }

  /** The tensor's shape, in words. */
  public Shape shape() {
    return shape;
  }

  /** Bits of a word, 8 or 32. */
  public int wordBits() {
    return wordBits;
  }

  /**
   * How many whole fields hold no code because the matrix did not fill the last words: the flag
   * that rows were padded. 0 for words that came from a file.
   */
  public long padding() {
    return padding;
  }

  /** A word, unsigned, by its index in the row-major order. */
  public long word(long index) {
    return wordBits == Byte.SIZE
        ? Byte.toUnsignedLong(segment.get(ValueLayout.JAVA_BYTE, index))
        : Integer.toUnsignedLong(segment.get(INT, index * Integer.BYTES));
  }

  /** The bytes as they go to a file. */
  public MemorySegment segment() {
    return segment;
  }

  void read(long index, int[] into, int offset, int count) {
    if (wordBits == Integer.SIZE) {
      MemorySegment.copy(segment, INT, index * Integer.BYTES, into, offset, count);
      return;
    }
    byte[] bytes = new byte[count];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, index, bytes, 0, count);
    for (int i = 0; i < count; i++) {
      into[offset + i] = Byte.toUnsignedInt(bytes[i]);
    }
  }

  void write(long index, int[] from, int offset, int count) {
    if (wordBits == Integer.SIZE) {
      MemorySegment.copy(from, offset, segment, INT, index * Integer.BYTES, count);
      return;
    }
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) from[offset + i];
    }
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, index, count);
  }

  /** Refuses words of another shape or width. */
  void require(Shape expected, int bits, String label) {
    if (!shape.equals(expected) || wordBits != bits) {
      throw new ShapeException(
          "%s: %s words of %d bits came, but a matrix of this shape is packed into %s words of %d"
              .formatted(label, shape, wordBits, expected, bits));
    }
  }

  @Override
  public String toString() {
    return "Packed %s words of %d bits".formatted(shape, wordBits);
  }
}

package halfstep.quant;

import halfstep.tensor.OffHeap;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Unpacked codes of a matrix, one unsigned byte each, {@code out × in} in row-major order, outside
 * the Java heap.
 */
public final class Codes {

  private final Shape shape;
  private final MemorySegment segment;

  private Codes(Shape shape, MemorySegment segment) {
    this.shape = shape;
    this.segment = segment;
  }

  /** New codes, all 0. */
  public static Codes zeros(Shape shape) {
    return new Codes(shape, OffHeap.allocate(shape.size()));
  }

  /** A view of the rows {@code from} (included) to {@code to} (excluded); shares memory. */
  public Codes rows(long from, long to) {
    long cols = shape.cols();
    return new Codes(new Shape(to - from, cols), segment.asSlice(from * cols, (to - from) * cols));
  }

  /** Both sides of the matrix. */
  public Shape shape() {
    return shape;
  }

  /** The code in {@code row}, {@code col}: 0 to the specification's largest. */
  public int get(long row, long col) {
    return at(row * shape.cols() + col);
  }

  /** The code at {@code index} of the row-major order. */
  public int at(long index) {
    return Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, index));
  }

  /** Sets the code at {@code index} of the row-major order. */
  public void put(long index, int code) {
    segment.set(ValueLayout.JAVA_BYTE, index, (byte) code);
  }

  /** Copies codes, from {@code index} of the row-major order on, until {@code into} is full. */
  public void read(long index, byte[] into) {
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, index, into, 0, into.length);
  }

  /** Overwrites codes, from {@code index} of the row-major order on, with all of {@code from}. */
  public void write(long index, byte[] from) {
    MemorySegment.copy(from, 0, segment, ValueLayout.JAVA_BYTE, index, from.length);
  }

  /**
   * How many codes differ from those of {@code other}.
   *
   * @throws ShapeException if the shapes differ
   */
  public long countDifferent(Codes other) {
    if (!shape.equals(other.shape)) {
      throw new ShapeException(
          "codes of %s cannot be compared with codes of %s; the shapes must agree"
              .formatted(shape, other.shape));
    }
    if (segment.mismatch(other.segment) < 0) {
      return 0;
    }
    long different = 0;
    for (long i = 0; i < shape.size(); i++) {
      different += at(i) == other.at(i) ? 0 : 1;
    }
    return different;
  }

  /** The memory behind the codes: {@code out · in} bytes, row-major. */
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public String toString() {
    return "Codes " + shape;
  }
}

package halfstep.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.DoubleBinaryOperator;

/**
 * A float32 matrix, row-major, outside the Java heap, indexed by {@code long}: a 70B model's
 * embedding fits.
 *
 * <p>A matrix is mutable; whoever made it owns it. Methods that take one say whether they change
 * it. Memory is released with the arena it was made in, or by the garbage collector.
 */
public final class Matrix {

  /** Elements may lie anywhere in a mapped file, so the layout claims no alignment. */
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Elements that {@link #combine} copies at a time. */
  private static final int AT_ONCE = 1024;

  private final Shape shape;
  private final MemorySegment segment;

  private Matrix(Shape shape, MemorySegment segment) {
    this.shape = shape;
    this.segment = segment;
  }

  /** A new matrix of zeros, {@code rows × cols}, freed by the garbage collector. */
  public static Matrix zeros(long rows, long cols) {
    Shape shape = new Shape(rows, cols);
    return new Matrix(shape, OffHeap.allocate(bytes(shape)));
  }

  /** A new matrix of zeros, {@code rows × cols}, that lives as long as {@code arena}. */
  public static Matrix zeros(long rows, long cols, Arena arena) {
    Shape shape = new Shape(rows, cols);
    return new Matrix(shape, arena.allocate(bytes(shape), 64));
  }

  private static long bytes(Shape shape) {
    return Math.multiplyExact(shape.size(), Float.BYTES);
  }

  /**
   * A copy of {@code values}, {@code rows × cols} row by row.
   *
   * @throws ShapeException if there are not exactly {@code rows · cols} values
   */
  public static Matrix of(long rows, long cols, float... values) {
    Shape shape = new Shape(rows, cols);
    if (shape.size() != values.length) {
      throw new ShapeException(
          "%d values do not fill a matrix of %s, which holds %d"
              .formatted(values.length, shape, shape.size()));
    }
    Matrix matrix = zeros(rows, cols);
    matrix.write(0, values, 0, values.length);
    return matrix;
  }

  /**
   * A view of float32 values that lie row by row in {@code segment}; not copied.
   *
   * @throws ShapeException if the segment does not hold exactly {@code rows · cols} floats
   */
  public static Matrix over(long rows, long cols, MemorySegment segment) {
    Shape shape = new Shape(rows, cols);
    if (segment.byteSize() != shape.size() * Float.BYTES) {
      throw new ShapeException(
          "%d bytes do not hold a float32 matrix of %s, which takes %d"
              .formatted(segment.byteSize(), shape, shape.size() * Float.BYTES));
    }
    return new Matrix(shape, segment);
  }

  /** Both sides. */
  public Shape shape() {
    return shape;
  }

  /** Number of rows. */
  public long rows() {
    return shape.rows();
  }

  /** Number of columns. */
  public long cols() {
    return shape.cols();
  }

  /** Number of elements. */
  public long size() {
    return shape.size();
  }

  /** The element in {@code row}, {@code col}; for loops over many, {@link #read} is faster. */
  public float get(long row, long col) {
    return segment.get(FLOAT, flat(row, col) * Float.BYTES);
  }

  /** Sets the element in {@code row}, {@code col}. */
  public void set(long row, long col, float value) {
    segment.set(FLOAT, flat(row, col) * Float.BYTES, value);
  }

  /** The element at {@code index} of the row-major order. */
  public float at(long index) {
    return segment.get(FLOAT, index * Float.BYTES);
  }

  /** Sets the element at {@code index} of the row-major order. */
  public void put(long index, float value) {
    segment.set(FLOAT, index * Float.BYTES, value);
  }

  /** Copies {@code count} elements, from {@code index} of the row-major order on, into an array. */
  public void read(long index, float[] into, int offset, int count) {
    MemorySegment.copy(segment, FLOAT, index * Float.BYTES, into, offset, count);
  }

  /** Overwrites {@code count} elements, from {@code index} of the row-major order on. */
  public void write(long index, float[] from, int offset, int count) {
    MemorySegment.copy(from, offset, segment, FLOAT, index * Float.BYTES, count);
  }

  /** A new array with the elements of one row. */
  public float[] row(long row) {
    float[] values = new float[Math.toIntExact(cols())];
    read(flat(row, 0), values, 0, values.length);
    return values;
  }

  /**
   * A view of the rows {@code from} (included) to {@code to} (excluded); shares memory with this
   * matrix.
   */
  public Matrix rows(long from, long to) {
    long rowBytes = cols() * Float.BYTES;
    return new Matrix(
        new Shape(to - from, cols()), segment.asSlice(from * rowBytes, (to - from) * rowBytes));
  }

  /** A new matrix with the same elements. */
  public Matrix copy() {
    Matrix copy = zeros(rows(), cols());
    MemorySegment.copy(segment, 0, copy.segment, 0, segment.byteSize());
    return copy;
  }

  /** The same elements under another shape of equal size; shares memory with this matrix. */
  public Matrix reshaped(long rows, long cols) {
    return over(rows, cols, segment);
  }

  /**
   * A new matrix of {@code op(this, other)}, element by element.
   *
   * @throws ShapeException if the shapes differ
   */
  public Matrix combine(Matrix other, DoubleBinaryOperator op) {
    requireShape(other.shape, "the other matrix");
    Matrix result = zeros(rows(), cols());
    float[] a = new float[(int) Math.min(size(), AT_ONCE)];
    float[] b = new float[a.length];
    for (long from = 0; from < size(); from += AT_ONCE) {
      int count = (int) Math.min(AT_ONCE, size() - from);
      read(from, a, 0, count);
      other.read(from, b, 0, count);
      for (int i = 0; i < count; i++) {
        a[i] = (float) op.applyAsDouble(a[i], b[i]);
      }
      result.write(from, a, 0, count);
    }
    return result;
  }

  /** The memory behind this matrix: {@code 4 · size} bytes, float32, row-major. */
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Where this lies in a mapped file: lets the system take back the memory that holds it, until it
   * is read again.
   */
  public void leave() {
    leave(0, size());
  }

  /** The same of {@code count} elements from {@code first} on. */
  public void leave(long first, long count) {
    if (segment.isMapped()) {
      segment.asSlice(first * Float.BYTES, count * Float.BYTES).unload();
    }
  }

  /**
   * Refuses another shape.
   *
   * @param what names the other thing in the message
   */
  public void requireShape(Shape expected, String what) {
    if (!shape.equals(expected)) {
      throw new ShapeException(
          "this matrix is %s, but %s is %s; the two must agree".formatted(shape, what, expected));
    }
  }

  private long flat(long row, long col) {
    return row * cols() + col;
  }

  /** The shape and the first elements, short enough for a notebook cell. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Matrix ").append(shape).append(" [");
    long shown = Math.min(4, size());
    for (long i = 0; i < shown; i++) {
      text.append(i == 0 ? "" : ", ").append(at(i));
    }
    return text.append(shown < size() ? ", …]" : "]").toString();
  }
}

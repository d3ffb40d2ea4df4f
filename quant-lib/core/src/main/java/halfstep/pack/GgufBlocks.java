package halfstep.pack;

import halfstep.quant.Axis;
import halfstep.quant.Codes;
import halfstep.quant.FiniteCheck;
import halfstep.quant.Grouping;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * GGUF's blocks of 32 inputs of one row, each with its own float16 scale in front of its codes.
 *
 * <p>Rows are independent, and a packed row is {@code in/32} blocks of {@link #blockBytes()} bytes.
 * Reference: gguf 0.19.0 {@code quants.py}, llama.cpp {@code ggml-quants.c}.
 */
public enum GgufBlocks implements BitPacking {
  /** {@code w = d · (code − 8)}, codes 0 to 15: 18 bytes. */
  Q4_0(18, 4),
  /** {@code w = d · code + m}, codes 0 to 15: 20 bytes. Holds any affine 4-bit solution. */
  Q4_1(20, 4),
  /** {@code w = d · (code − 128)}, stored as signed bytes: 34 bytes. */
  Q8_0(34, 8);

  /** Weights of a block. */
  public static final int BLOCK = 32;

  private static final int TASK_WEIGHTS = 1 << 15;

  private final int blockBytes;
  private final int codeBits;

  GgufBlocks(int blockBytes, int codeBits) {
    this.blockBytes = blockBytes;
    this.codeBits = codeBits;
  }

  /** Bytes of a block, its scale included. */
  public int blockBytes() {
    return blockBytes;
  }

  /** What a weight costs, scales included: 4.5, 5 and 8.5. */
  public double bitsPerWeight() {
    return (double) blockBytes * Byte.SIZE / BLOCK;
  }

  /** Bytes of a block in front of its codes. */
  int headerBytes() {
    return blockBytes - BLOCK * codeBits / Byte.SIZE;
  }

  /** The code of weight {@code 0 + m}. */
  int zeroCode() {
    return switch (this) {
      case Q4_0 -> 8;
      case Q4_1 -> 0;
      case Q8_0 -> 128;
    };
  }

  int maxCode() {
    return (1 << codeBits) - 1;
  }

  @Override
  public String label() {
    return "gguf " + name();
  }

  @Override
  public int wordBits() {
    return Byte.SIZE;
  }

  @Override
  public Shape wordShape(Shape codes) {
    if (codes.cols() % BLOCK != 0) {
      throw new ShapeException(
          "%s: in = %d is no multiple of %d, the inputs of a block; nearest that are: %s"
              .formatted(label(), codes.cols(), BLOCK, Multiples.near(codes.cols(), BLOCK)));
    }
    return new Shape(codes.rows(), codes.cols() / BLOCK * blockBytes);
  }

  /**
   * Rounds weights to this format's own grid, as llama.cpp does.
   *
   * @param w {@code out × in}; not modified
   * @throws ShapeException if {@code in} is no multiple of 32
   * @throws halfstep.quant.NonFiniteException if a weight is NaN or infinite
   * @throws IllegalArgumentException if a block's scale is beyond float16
   */
  public Packed quantize(Matrix w) {
    FiniteCheck.require(w, "weights");
    Packed packed = Packed.zeros(wordShape(w.shape()), Byte.SIZE, 0);
    forRows(
        w.shape(),
        (row, block) -> {
          float[] values = w.row(row);
          byte[] bytes = new byte[rowBytes(w.shape())];
          for (int b = 0; b < values.length / BLOCK; b++) {
            block.quantize(values, b * BLOCK);
            block.store(bytes, b * blockBytes, row, b);
          }
          PackedRows.write(packed, row, bytes);
        });
    return packed;
  }

  /**
   * Stores a solution that another method found; only the scale and minimum are rounded, to
   * float16.
   *
   * <p>{@code Q4_1}: {@code d = scale, m = −zero · scale}, codes as they are; any zero, up to 4
   * bits. {@code Q4_0} and {@code Q8_0}: codes moved so that the zero becomes 8 or 128; whole zeros
   * only. A group of 64 is stored as two blocks with equal scales.
   *
   * @param q axis 1, groups of a multiple of 32, no channel scales; not modified
   * @throws IllegalArgumentException if this format cannot hold the solution
   */
  public Packed pack(QuantizedMatrix q) {
    Grouping grouping = groupingOf(q);
    Packed packed = Packed.zeros(wordShape(q.shape()), Byte.SIZE, 0);
    long cols = q.shape().cols();
    forRows(
        q.shape(),
        (row, block) -> {
          byte[] codes = new byte[Math.toIntExact(cols)];
          q.codes().read(row * cols, codes);
          byte[] bytes = new byte[rowBytes(q.shape())];
          for (int b = 0; b < codes.length / BLOCK; b++) {
            long group = grouping.groupOf(row * cols + (long) b * BLOCK);
            block.adopt(codes, b * BLOCK, q.params().scale(group), q.params().zero(group), row, b);
            block.store(bytes, b * blockBytes, row, b);
          }
          PackedRows.write(packed, row, bytes);
        });
    return packed;
  }

  /**
   * The weights that packed blocks stand for.
   *
   * @param packed not modified
   * @param shape the matrix, {@code out × in}
   * @return a new matrix
   */
  public Matrix dequantize(Packed packed, Shape shape) {
    packed.require(wordShape(shape), Byte.SIZE, label());
    Matrix w = Matrix.zeros(shape.rows(), shape.cols());
    forRows(
        shape,
        (row, block) -> {
          byte[] bytes = PackedRows.read(packed, row);
          float[] values = new float[Math.toIntExact(shape.cols())];
          for (int b = 0; b < values.length / BLOCK; b++) {
            block.load(bytes, b * blockBytes);
            block.dequantize(values, b * BLOCK);
          }
          w.write(row * shape.cols(), values, 0, values.length);
        });
    return w;
  }

  @Override
  public Codes unpack(Packed packed, Shape shape) {
    packed.require(wordShape(shape), Byte.SIZE, label());
    Codes codes = Codes.zeros(shape);
    forRows(
        shape,
        (row, block) -> {
          byte[] bytes = PackedRows.read(packed, row);
          byte[] line = new byte[Math.toIntExact(shape.cols())];
          for (int b = 0; b < line.length / BLOCK; b++) {
            block.load(bytes, b * blockBytes);
            block.copyCodes(line, b * BLOCK);
          }
          codes.write(row * shape.cols(), line);
        });
    return codes;
  }

  /** {@inheritDoc} A signed byte of Q8_0 is its code with the highest bit inverted. */
  @Override
  public List<BitOwner> explain(Shape codes, long word) {
    Shape words = wordShape(codes);
    if (word < 0 || word >= words.size()) {
      throw new IndexOutOfBoundsException(
          "%s: byte %d does not exist; a matrix of %s is packed into %d bytes, numbered from 0"
              .formatted(label(), word, codes, words.size()));
    }
    long row = word / words.cols();
    long block = word % words.cols() / blockBytes;
    int inBlock = (int) (word % words.cols() % blockBytes);
    List<BitOwner> owners = new ArrayList<>(Byte.SIZE);
    for (int bit = 0; bit < Byte.SIZE; bit++) {
      owners.add(owner(row, block, inBlock, bit));
    }
    return List.copyOf(owners);
  }

  private BitOwner owner(long row, long block, int inBlock, int bit) {
    if (inBlock < Short.BYTES) {
      return new BitOwner.BlockScale(row, block, inBlock * Byte.SIZE + bit);
    }
    if (inBlock < headerBytes()) {
      return new BitOwner.BlockMinimum(row, block, (inBlock - Short.BYTES) * Byte.SIZE + bit);
    }
    // byte k holds codes k, k + 16 in its low and high nibble; at 8 bit just code k
    int code = inBlock - headerBytes() + bit / codeBits * (BLOCK / 2);
    return new BitOwner.Code(row, block * BLOCK + code, bit % codeBits);
  }

  /**
   * The groups of a solution, if blocks can hold them.
   *
   * @throws IllegalArgumentException if they go down the columns, or channels were scaled or moved
   * @throws ShapeException if blocks do not divide them
   */
  public Grouping groupingOf(QuantizedMatrix q) {
    if (q.spec().axis() != Axis.IN || q.channelScales() != null) {
      throw new IllegalArgumentException(
          "%s: blocks hold groups of inputs without channel scales, but the solution has axis %d and %s; quantize along axis 1, and fold channel scales into the layer before"
              .formatted(
                  label(),
                  q.spec().axis().number(),
                  q.channelScales() == null ? "no channel scales" : "channel scales"));
    }
    if (q.groupIndex() != null) {
      throw new IllegalArgumentException(
          "%s: blocks hold consecutive inputs, but act-order put channels of one group apart; solve with static groups"
              .formatted(label()));
    }
    Grouping grouping = q.spec().grouping(q.shape());
    if (grouping.size() % BLOCK != 0) {
      throw new ShapeException(
          "%s: groups of %d are no multiple of %d, the inputs of a block; nearest that are: %s"
              .formatted(label(), grouping.size(), BLOCK, Multiples.near(grouping.size(), BLOCK)));
    }
    return grouping;
  }

  private int rowBytes(Shape shape) {
    return Math.toIntExact(wordShape(shape).cols());
  }

  private interface RowWork {
    void on(long row, GgufBlock block);
  }

  private void forRows(Shape shape, RowWork work) {
    long most = Math.max(1, TASK_WEIGHTS / shape.cols());
    Parallel.blocks(
        Math.ceilDiv(shape.rows(), most),
        label(),
        index -> {
          GgufBlock block = new GgufBlock(this);
          for (long r = index * most; r < Math.min(shape.rows(), (index + 1) * most); r++) {
            work.on(r, block);
          }
        });
  }
}

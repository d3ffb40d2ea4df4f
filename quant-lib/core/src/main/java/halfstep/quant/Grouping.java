package halfstep.quant;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the groups of a matrix lie, and how to read and write them a block at a time.
 *
 * <p>Groups are numbered as hqq numbers them: along axis 1 in row-major order; along axis 0 group
 * {@code j} holds the elements {@code j, j+n, j+2n, …} of the row-major order, {@code n} being the
 * number of groups (reference: hqq {@code core/quantize.py}, the two reshapes).
 */
public final class Grouping {

  private final Shape shape;
  private final Axis axis;
  private final int size;
  private final long groups;

  /**
   * @throws ShapeException if the group size does not divide the matrix; the message names the
   *     nearest sizes that do
   */
  Grouping(Shape shape, QuantSpec spec) {
    this.shape = shape;
    this.axis = spec.axis();
    long side = axis == Axis.IN ? shape.cols() : shape.rows();
    boolean inRows = axis == Axis.IN && spec.groupSize() != QuantSpec.TENSOR;
    long divided = inRows ? shape.cols() : shape.size();
    this.size =
        switch (spec.groupSize()) {
          case QuantSpec.WHOLE -> Math.toIntExact(side);
          case QuantSpec.TENSOR -> wholeTensor(shape);
          default -> spec.groupSize();
        };
    if (divided % size != 0) {
      throw new ShapeException(refusal(divided));
    }
    this.groups = shape.size() / size;
  }

  private static int wholeTensor(Shape shape) {
    if (shape.size() >= QuantSpec.TENSOR) {
      throw new ShapeException(
          "one scale for a whole matrix of %s takes in %d weights; at most %d fit one group, use one per row"
              .formatted(shape, shape.size(), QuantSpec.TENSOR - 1));
    }
    return (int) shape.size();
  }

  /** Weights per group, at least 1. */
  public int size() {
    return size;
  }

  /** Number of groups. */
  public long groups() {
    return groups;
  }

  /** The matrix that is grouped. */
  public Shape shape() {
    return shape;
  }

  /**
   * The shape in which scales and zeros are kept: {@code out × in/size} along axis 1, {@code 1 ×
   * out·in/size} along axis 0, {@code 1 × 1} for a whole matrix; group {@code j} is element {@code
   * j} of its row-major order.
   */
  public Shape paramShape() {
    boolean perRow = axis == Axis.IN && size <= shape.cols();
    return perRow ? new Shape(shape.rows(), shape.cols() / size) : new Shape(1, groups);
  }

  /** The group that element {@code index} of the row-major order belongs to. */
  public long groupOf(long index) {
    return axis == Axis.IN ? index / size : index % groups;
  }

  /** The row-major index of element {@code i} of a group. */
  public long index(long group, int i) {
    return axis == Axis.IN ? group * size + i : i * groups + group;
  }

  /**
   * Reads whole groups.
   *
   * @param from a matrix of this shape; not modified
   * @param first number of the first group
   * @param count how many
   * @param into filled group by group, {@code count × size}
   * @throws ShapeException if the matrix has another shape
   */
  public void read(Matrix from, long first, int count, float[] into) {
    requireShape(from.shape());
    if (axis == Axis.IN) {
      from.read(first * size, into, 0, count * size);
      return;
    }
    float[] line = new float[count];
    for (int i = 0; i < size; i++) {
      from.read(i * groups + first, line, 0, count);
      for (int g = 0; g < count; g++) {
        into[g * size + i] = line[g];
      }
    }
  }

  /** Writes whole groups; the mirror of {@link #read}. */
  public void write(Matrix to, long first, int count, float[] from) {
    requireShape(to.shape());
    if (axis == Axis.IN) {
      to.write(first * size, from, 0, count * size);
      return;
    }
    float[] line = new float[count];
    for (int i = 0; i < size; i++) {
      for (int g = 0; g < count; g++) {
        line[g] = from[g * size + i];
      }
      to.write(i * groups + first, line, 0, count);
    }
  }

  /**
   * Writes whole groups of codes; as {@link #write(Matrix, long, int, float[])}.
   *
   * @param from whole numbers from 0 to 255, group by group
   */
  public void write(Codes to, long first, int count, float[] from) {
    requireShape(to.shape());
    int line = axis == Axis.IN ? count * size : count;
    byte[] bytes = new byte[line];
    if (axis == Axis.IN) {
      for (int i = 0; i < line; i++) {
        bytes[i] = (byte) from[i];
      }
      to.write(first * size, bytes);
      return;
    }
    for (int i = 0; i < size; i++) {
      for (int g = 0; g < count; g++) {
        bytes[g] = (byte) from[g * size + i];
      }
      to.write(i * groups + first, bytes);
    }
  }

  /**
   * Writes whole groups of codes; as {@link #write(Matrix, long, int, float[])}.
   *
   * @param from unsigned bytes, group by group
   */
  public void write(Codes to, long first, int count, byte[] from) {
    requireShape(to.shape());
    if (axis == Axis.IN) {
      to.write(first * size, from);
      return;
    }
    byte[] line = new byte[count];
    for (int i = 0; i < size; i++) {
      for (int g = 0; g < count; g++) {
        line[g] = from[g * size + i];
      }
      to.write(i * groups + first, line);
    }
  }

  /** Reads whole groups of codes; the mirror of {@link #write(Codes, long, int, float[])}. */
  public void read(Codes from, long first, int count, float[] into) {
    requireShape(from.shape());
    int line = axis == Axis.IN ? count * size : count;
    byte[] bytes = new byte[line];
    if (axis == Axis.IN) {
      from.read(first * size, bytes);
      for (int i = 0; i < line; i++) {
        into[i] = Byte.toUnsignedInt(bytes[i]);
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      from.read(i * groups + first, bytes);
      for (int g = 0; g < count; g++) {
        into[g * size + i] = Byte.toUnsignedInt(bytes[g]);
      }
    }
  }

  /** Work on the groups {@code first} to {@code first + count − 1}. */
  @FunctionalInterface
  public interface Block {
    /** Does the work; called from several threads, never twice for one group. */
    void run(long first, int count);
  }

  /** Groups in a block of {@link #forEachBlock}, except that the last may hold fewer. */
  public int groupsPerBlock() {
    return (int) Math.min(groups, Math.max(16, (1 << 14) / size));
  }

  /** Blocks of {@link #forEachBlock}. */
  public long blocks() {
    return Math.ceilDiv(groups, groupsPerBlock());
  }

  /**
   * Goes over all groups in blocks of about 16 k elements, on all cores.
   *
   * @param what names the work if it is interrupted
   */
  public void forEachBlock(String what, Block block) {
    int most = groupsPerBlock();
    Parallel.blocks(
        blocks(),
        what,
        index -> block.run(index * most, (int) Math.min(most, groups - index * most)));
  }

  /** Work on the values of groups {@code first} to {@code first + count − 1}. */
  @FunctionalInterface
  public interface ValuesBlock {
    /**
     * Does the work; called from several threads, never twice for one group.
     *
     * @param values the groups one after the other, {@code count × size}; the block's own
     */
    void run(float[] values, long first, int count);
  }

  /**
   * Reads all groups in blocks of about 16 k elements and goes over them, on all cores.
   *
   * @param from a matrix of this shape; not modified
   * @param what names the work if it is interrupted
   */
  public void forEachBlock(Matrix from, String what, ValuesBlock block) {
    forEachBlock(
        what,
        (first, count) -> {
          float[] values = new float[count * size];
          read(from, first, count, values);
          block.run(values, first, count);
        });
  }

  private void requireShape(Shape other) {
    if (!other.equals(shape)) {
      throw new ShapeException(
          "the groups are those of a matrix of %s, but this one is %s; the two must agree"
              .formatted(shape, other));
    }
  }

  private String refusal(long divided) {
    String side = axis == Axis.IN ? "in = " + divided : "out · in = " + divided;
    return "%s is no multiple of groupSize %d; nearest that divide it: %s"
        .formatted(
            side, size, String.join(", ", nearest(divided).stream().map(String::valueOf).toList()));
  }

  private List<Integer> nearest(long divided) {
    List<Integer> found = new ArrayList<>();
    for (int below = Math.min(size, Math.toIntExact(Math.min(divided, 1 << 20)));
        below >= 1;
        below--) {
      if (divided % below == 0) {
        found.add(below);
        break;
      }
    }
    for (int above = size + 1; above <= divided && above < (1 << 20); above++) {
      if (divided % above == 0) {
        found.add(above);
        break;
      }
    }
    return found;
  }
}

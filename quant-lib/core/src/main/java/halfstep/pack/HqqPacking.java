package halfstep.pack;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * hqq's layout ({@code W_q}): the rows of the <em>grouped</em> matrix, {@code groups × size} along
 * axis 1 and {@code size × groups} along axis 0, cut into as many blocks as a word has fields; word
 * row {@code k} holds row {@code k} of each block, the first block in the highest bits.
 *
 * <p>Reference: hqq 0.2.8 {@code core/bitpack.py}. There, rows that do not fill the blocks are lost
 * without a word, except at 3 bit, which pads. Here they are refused, or padded like 3 bit's.
 *
 * @param spec bits, group size and axis, which decide the grouped matrix
 * @param rows what to do with a number of rows that does not fill whole words
 */
public record HqqPacking(QuantSpec spec, Rows rows) implements CodePacking {

  /** What happens to rows of the grouped matrix that do not fill whole words. */
  public enum Rows {
    /** A {@link ShapeException}, but for 3 bit, which the library pads itself. */
    REFUSE,
    /** Rows of zeros are added; {@link Packed#padding()} tells. hqq itself cannot read these. */
    PAD
  }

  /** hqq's layout of such a matrix; rows that hqq would lose are refused. */
  public HqqPacking(QuantSpec spec) {
    this(spec, Rows.REFUSE);
  }

  @Override
  public String label() {
    return "hqq %s bit".formatted(spec.bits());
  }

  @Override
  public int wordBits() {
    return fields().wordBits();
  }

  @Override
  public Shape wordShape(Shape codes) {
    return plan(codes).words();
  }

  @Override
  public Packed pack(Codes codes) {
    return plan(codes.shape()).pack(codes);
  }

  @Override
  public LaneLayout layout(Shape codes) {
    return plan(codes).layout();
  }

  @Override
  public Codes unpack(Packed packed, Shape codes) {
    return plan(codes).unpack(packed);
  }

  @Override
  public List<BitOwner> explain(Shape codes, long word) {
    return plan(codes).explain(word);
  }

  /**
   * The grouped matrix has the codes' row-major order whatever the axis, so its blocks are
   * consecutive stretches of the codes: a lane takes one code of each.
   */
  private PackPlan plan(Shape codes) {
    Grouping grouping = spec.grouping(codes);
    boolean along = spec.axis() == Axis.IN;
    long groupedRows = along ? grouping.groups() : grouping.size();
    long groupedCols = along ? grouping.size() : grouping.groups();
    FieldLayout.Slots fields = fields();
    int perWord = fields.shifts().size();
    if (groupedRows % perWord != 0 && spec.bits() != Bits.THREE && rows == Rows.REFUSE) {
      throw new ShapeException(
          "%s: the grouped matrix of %s has %d rows, but a byte holds %d; hqq would lose the rest. Choose groups that give a multiple of %d rows, or Rows.PAD"
              .formatted(label(), codes, groupedRows, perWord, perWord));
    }
    Shape words = new Shape(Math.ceilDiv(groupedRows, perWord), groupedCols);
    return new PackPlan(label(), fields, codes, perWord, words.size(), false, words, false);
  }

  private FieldLayout.Slots fields() {
    return switch (spec.bits()) {
      case EIGHT, SIX, FIVE -> descending(8, Byte.SIZE, 1);
      case FOUR -> descending(4, Byte.SIZE, 2);
      case THREE -> descending(3, Integer.SIZE, 10);
      case TWO, TERNARY -> descending(2, Byte.SIZE, 4);
      case ONE -> descending(1, Byte.SIZE, 8);
    };
  }

  private static FieldLayout.Slots descending(int width, int wordBits, int count) {
    List<Integer> shifts =
        IntStream.range(0, count).map(slot -> (count - 1 - slot) * width).boxed().toList();
    return new FieldLayout.Slots(width, wordBits, shifts);
  }
}

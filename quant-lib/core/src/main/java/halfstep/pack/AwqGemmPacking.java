package halfstep.pack;

import halfstep.quant.Codes;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;

/**
 * AutoAWQ's GEMM layout, 4 bit: {@code qweight} int32 {@code in × out/8}; a word holds eight
 * consecutive outputs of one input, in nibbles in the order 0 2 4 6 1 3 5 7, which suits a kernel
 * that widens two half-words at a time. {@code qzeros} int32 {@code in/g × out/8} likewise.
 *
 * <p>Reference: AutoAWQ 0.2.9 {@code modules/linear/gemm.py}.
 */
public record AwqGemmPacking() implements IntegerZeroPacking {

  private static final int PER_WORD = 8;

  /** Output {@code 8c + k} sits in nibble {0, 4, 1, 5, 2, 6, 3, 7}[k]. */
  private static final FieldLayout FIELDS =
      new FieldLayout.Slots(4, Integer.SIZE, List.of(0, 16, 4, 20, 8, 24, 12, 28));

  @Override
  public String label() {
    return "awq gemm";
  }

  @Override
  public int wordBits() {
    return Integer.SIZE;
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

  @Override
  public Packed packZeros(Matrix zeros) {
    return plan(zeros.shape()).pack(ZeroCodes.of(zeros, 0, 15, label()));
  }

  @Override
  public Matrix unpackZeros(Packed packed, Shape zeros) {
    return ZeroCodes.toMatrix(plan(zeros).unpack(packed));
  }

  private PackPlan plan(Shape codes) {
    if (codes.rows() % PER_WORD != 0) {
      throw new ShapeException(
          "%s: out = %d is no multiple of %d, and a word holds %d outputs; nearest that are: %s"
              .formatted(
                  label(), codes.rows(), PER_WORD, PER_WORD, Multiples.near(codes.rows(), 8)));
    }
    Shape words = new Shape(codes.cols(), codes.rows() / PER_WORD);
    int out = Math.toIntExact(codes.rows());
    return new PackPlan(label(), FIELDS, codes, out, codes.cols(), false, words, true);
  }
}

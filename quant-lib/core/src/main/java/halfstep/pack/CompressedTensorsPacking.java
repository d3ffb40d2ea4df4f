package halfstep.pack;

import halfstep.quant.Codes;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.List;

/**
 * compressed-tensors' "pack-quantized" layout: {@code weight_packed} int32 {@code out ×
 * ⌈in·bits/32⌉}, each row a little-endian bit stream without gaps; {@code weight_zero_point} int32
 * {@code ⌈out·bits/32⌉ × in/g}, the outputs of one group as a stream down the words.
 *
 * <p>The library speaks of signed codes and stores them plus {@code 2^(bits−1)}: its {@code q} and
 * zero point are our code and zero less that offset, and the stored fields are ours as they are. A
 * symmetric scheme has the zero {@code 2^(bits−1)} in every group and no zero tensor.
 *
 * <p>Reference: compressed-tensors 0.20.0 {@code compressors/pack_quantized}. Older versions put
 * {@code ⌊32/bits⌋} codes into a word, which is the same for 1, 2, 4 and 8 bits only.
 *
 * @param bits 1 to 8
 */
public record CompressedTensorsPacking(int bits) implements IntegerZeroPacking {

  /** Refuses other widths. */
  public CompressedTensorsPacking {
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException(
          "compressed-tensors packs 1 to 8 bits, not %d".formatted(bits));
    }
  }

  /** What the library adds to its signed codes and zero points: {@code 2^(bits−1)}. */
  public int offset() {
    return 1 << (bits - 1);
  }

  /**
   * Whether zeros are those of a symmetric scheme, which has no zero tensor.
   *
   * @param zeros {@code out × groups}, in code units; not modified
   */
  public boolean isSymmetric(Matrix zeros) {
    for (long i = 0; i < zeros.size(); i++) {
      if (zeros.at(i) != offset()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String label() {
    return "compressed-tensors %d bit".formatted(bits);
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
    return zeroPlan(zeros.shape()).pack(ZeroCodes.of(zeros, 0, (1 << bits) - 1, label()));
  }

  @Override
  public Matrix unpackZeros(Packed packed, Shape zeros) {
    return ZeroCodes.toMatrix(zeroPlan(zeros).unpack(packed));
  }

  private PackPlan plan(Shape codes) {
    FieldLayout fields = new FieldLayout.DenseStream(bits);
    int in = Math.toIntExact(codes.cols());
    Shape words = new Shape(codes.rows(), fields.words(in));
    return new PackPlan(label(), fields, codes, in, codes.rows(), true, words, true);
  }

  private PackPlan zeroPlan(Shape zeros) {
    FieldLayout fields = new FieldLayout.DenseStream(bits);
    int out = Math.toIntExact(zeros.rows());
    Shape words = new Shape(fields.words(out), zeros.cols());
    return new PackPlan(label(), fields, zeros, out, zeros.cols(), false, words, false);
  }
}

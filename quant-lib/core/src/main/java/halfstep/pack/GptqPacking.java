package halfstep.pack;

import halfstep.quant.Codes;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;

/**
 * The GPTQ layout: {@code qweight} int32 {@code in·bits/32 × out}, the consecutive inputs of one
 * output as a little-endian bit stream down the words; {@code qzeros} int32 {@code in/g ×
 * out·bits/32}, the outputs of one group as a stream along them. At 3 bit 32 codes fill 3 words and
 * codes 10 and 21 straddle two.
 *
 * <p>Reference: GPTQModel 7.7.0 {@code nn_modules/qlinear}, AutoGPTQ before it.
 *
 * @param bits 2, 3, 4 or 8
 * @param version how zeros are stored
 */
public record GptqPacking(int bits, Version version) implements IntegerZeroPacking {

  /** The two ways of storing a zero. */
  public enum Version {
    /**
     * {@code "gptq"}: zero − 1. A zero of 0 would be −1, which borrows from the neighbouring field
     * in the libraries; it is refused here.
     */
    V1,
    /** {@code "gptq_v2"}: the zero itself. */
    V2
  }

  /** Refuses widths that no reader knows. */
  public GptqPacking {
    if (bits != 2 && bits != 3 && bits != 4 && bits != 8) {
      throw new IllegalArgumentException(
          "the GPTQ format holds 2, 3, 4 or 8 bits, not %d".formatted(bits));
    }
  }

  @Override
  public String label() {
    return "gptq %s %d bit".formatted(version == Version.V1 ? "v1" : "v2", bits);
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

  /**
   * @throws IllegalArgumentException if a zero is no code, or is 0 in version 1
   */
  @Override
  public Packed packZeros(Matrix zeros) {
    int mostCode = (1 << bits) - 1;
    int least = version == Version.V1 ? 1 : 0;
    return zeroPlan(zeros.shape()).pack(ZeroCodes.of(zeros, least, mostCode, zeroLabel()));
  }

  /** Version 1's field of all ones is read as zero 0, as fields that wrapped around are. */
  @Override
  public Matrix unpackZeros(Packed packed, Shape zeros) {
    Matrix stored = ZeroCodes.toMatrix(zeroPlan(zeros).unpack(packed));
    if (version == Version.V2) {
      return stored;
    }
    for (long i = 0; i < stored.size(); i++) {
      stored.put(i, ((int) stored.at(i) + 1) & ((1 << bits) - 1));
    }
    return stored;
  }

  private String zeroLabel() {
    return version == Version.V1 ? label() + " (which stores zero − 1; v2 also holds 0)" : label();
  }

  private PackPlan plan(Shape codes) {
    requireWholeWords("in", codes.cols());
    Shape words = new Shape(codes.cols() * bits / Integer.SIZE, codes.rows());
    int in = Math.toIntExact(codes.cols());
    return new PackPlan(label(), fields(), codes, in, codes.rows(), true, words, false);
  }

  private PackPlan zeroPlan(Shape zeros) {
    requireWholeWords("out", zeros.rows());
    Shape words = new Shape(zeros.cols(), zeros.rows() * bits / Integer.SIZE);
    int out = Math.toIntExact(zeros.rows());
    return new PackPlan(label(), fields(), zeros, out, zeros.cols(), false, words, true);
  }

  private FieldLayout fields() {
    return new FieldLayout.DenseStream(bits);
  }

  private void requireWholeWords(String side, long length) {
    if (length * bits % Integer.SIZE != 0) {
      int unit = bits == 3 ? Integer.SIZE : Integer.SIZE / bits;
      throw new ShapeException(
          "%s: %s = %d does not fill whole words of 32 bits; nearest that do: %s"
              .formatted(label(), side, length, Multiples.near(length, unit)));
    }
  }
}

package halfstep.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every packing, whatever its layout. */
class BitPackingTest {

  /** A packing, the number of codes its width can tell apart, and a shape it can hold. */
  record Case(CodePacking packing, int levels, Shape shape) {
    @Override
    public String toString() {
      return packing.label() + " of " + shape;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    long[][] sizes = {{1, 1}, {3, 5}, {7, 37}, {13, 64}, {31, 97}, {40, 128}, {101, 33}};
    for (long[] size : sizes) {
      Shape shape = new Shape(size[0], size[1]);
      for (int bits = 1; bits <= 8; bits++) {
        cases.add(new Case(new CompressedTensorsPacking(bits), 1 << bits, shape));
      }
      for (Bits bits : Bits.values()) {
        for (Axis axis : Axis.values()) {
          QuantSpec spec = new QuantSpec(bits, QuantSpec.WHOLE, axis, ZeroPoint.FLOAT);
          HqqPacking packing = new HqqPacking(spec, HqqPacking.Rows.PAD);
          cases.add(new Case(packing, bits.maxCode() + 1, shape));
        }
      }
      cases.add(new Case(new AwqGemmPacking(), 16, new Shape(size[0] * 8, size[1])));
      for (int bits : new int[] {2, 3, 4, 8}) {
        Shape whole = new Shape(size[0], size[1] * (bits == 3 ? 32 : 32 / bits));
        cases.add(new Case(new GptqPacking(bits, GptqPacking.Version.V1), 1 << bits, whole));
      }
    }
    // more lanes than one tile, and not a multiple of a tile
    cases.add(new Case(new AwqGemmPacking(), 16, new Shape(1024, 1031)));
    cases.add(new Case(new GptqPacking(3, GptqPacking.Version.V2), 8, new Shape(1031, 1024)));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void unpackingUndoesPacking(Case given) {
    Codes codes = random(given);
    Packed packed = given.packing().pack(codes);
    assertEquals(given.packing().wordShape(given.shape()), packed.shape());
    assertEquals(given.packing().wordBits(), packed.wordBits());
    Codes back = given.packing().unpack(packed, given.shape());
    assertEquals(0, back.countDifferent(codes));
  }

  /**
   * Every word rebuilt bit by bit from its explanation is the word; every code bit has one home.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void explanationsRebuildTheWords(Case given) {
    Codes codes = random(given);
    Packed packed = given.packing().pack(codes);
    long stride = packed.shape().size() > 5000 ? 97 : 1;
    long bitsOwned = 0;
    for (long word = 0; word < packed.shape().size(); word += stride) {
      List<BitOwner> owners = given.packing().explain(given.shape(), word);
      assertEquals(packed.wordBits(), owners.size());
      long rebuilt = 0;
      for (int bit = 0; bit < owners.size(); bit++) {
        if (owners.get(bit) instanceof BitOwner.Code(long row, long col, int ofCode)) {
          rebuilt |= (long) (codes.get(row, col) >> ofCode & 1) << bit;
          bitsOwned++;
        }
      }
      assertEquals(packed.word(word), rebuilt, "word " + word);
    }
    if (stride == 1) {
      assertEquals(0, bitsOwned % given.shape().size(), "every code has the same number of bits");
      assertTrue(bitsOwned >= given.shape().size());
    }
  }

  private static Codes random(Case given) {
    Random random = new Random(given.shape().size() + given.levels());
    Codes codes = Codes.zeros(given.shape());
    for (long i = 0; i < given.shape().size(); i++) {
      codes.put(i, random.nextInt(given.levels()));
    }
    return codes;
  }

  @Test
  void zerosAreCodesOfTheirOwn() {
    Random random = new Random(4);
    Matrix zeros = Matrix.zeros(64, 5);
    for (long i = 0; i < zeros.size(); i++) {
      zeros.put(i, 1 + random.nextInt(3));
    }
    List<IntegerZeroPacking> packings =
        List.of(
            new AwqGemmPacking(),
            new GptqPacking(2, GptqPacking.Version.V1),
            new GptqPacking(3, GptqPacking.Version.V2),
            new CompressedTensorsPacking(7));
    for (IntegerZeroPacking packing : packings) {
      Matrix back = packing.unpackZeros(packing.packZeros(zeros), zeros.shape());
      for (long i = 0; i < zeros.size(); i++) {
        assertEquals(zeros.at(i), back.at(i), packing.label());
      }
    }
  }

  /** A field of all ones, as libraries write for a zero of 0 in version 1, is read as 0. */
  @Test
  void versionOneReadsAWrappedZero() {
    Matrix zeros = Matrix.zeros(8, 1);
    for (int i = 0; i < 8; i++) {
      zeros.put(i, 15);
    }
    GptqPacking two = new GptqPacking(4, GptqPacking.Version.V2);
    GptqPacking one = new GptqPacking(4, GptqPacking.Version.V1);
    assertEquals(0f, one.unpackZeros(two.packZeros(zeros), zeros.shape()).at(3));
  }

  @Test
  void symmetricZerosNeedNoTensor() {
    CompressedTensorsPacking packing = new CompressedTensorsPacking(4);
    assertTrue(packing.isSymmetric(Matrix.of(1, 3, 8, 8, 8)));
    assertEquals(false, packing.isSymmetric(Matrix.of(1, 3, 8, 7, 8)));
  }

  @Test
  void paddingIsFlagged() {
    assertEquals(0, hqq(4, 4, HqqPacking.Rows.REFUSE).padding());
    assertEquals(5, hqq(4, 3, HqqPacking.Rows.PAD).padding()); // one row of 5 codes
    assertEquals(35, hqq(3, 3, HqqPacking.Rows.REFUSE).padding()); // 10 rows for 3
    Packed stream = new CompressedTensorsPacking(4).pack(Codes.zeros(new Shape(2, 5)));
    assertEquals(6, stream.padding());
  }

  private static Packed hqq(int bits, int rows, HqqPacking.Rows rule) {
    QuantSpec spec = QuantSpec.of(bits, QuantSpec.WHOLE);
    return new HqqPacking(spec, rule).pack(Codes.zeros(new Shape(rows, 5)));
  }

  @Test
  void refusesRowsThatHqqWouldLose() {
    assertEquals(
        "hqq 4 bit: the grouped matrix of 3 × 5 has 3 rows, but a byte holds 2; hqq would lose the"
            + " rest. Choose groups that give a multiple of 2 rows, or Rows.PAD",
        refusal(() -> hqq(4, 3, HqqPacking.Rows.REFUSE)));
    assertTrue(refusal(() -> hqq(2, 6, HqqPacking.Rows.REFUSE)).contains("multiple of 4 rows"));
    assertTrue(refusal(() -> hqq(1, 9, HqqPacking.Rows.REFUSE)).contains("multiple of 8 rows"));
  }

  @Test
  void refusesSidesThatDoNotFillWords() {
    Codes odd = Codes.zeros(new Shape(12, 20));
    assertEquals(
        "awq gemm: out = 12 is no multiple of 8, and a word holds 8 outputs; nearest that are: 8, 16",
        refusal(() -> new AwqGemmPacking().pack(odd)));
    GptqPacking gptq = new GptqPacking(3, GptqPacking.Version.V2);
    assertEquals(
        "gptq v2 3 bit: in = 20 does not fill whole words of 32 bits; nearest that do: 32",
        refusal(() -> gptq.pack(odd)));
    assertEquals(
        "gptq v2 3 bit: out = 40 does not fill whole words of 32 bits; nearest that do: 32, 64",
        refusal(() -> gptq.packZeros(Matrix.zeros(40, 1))));
    assertEquals(
        "gptq v1 4 bit: in = 20 does not fill whole words of 32 bits; nearest that do: 16, 24",
        refusal(() -> new GptqPacking(4, GptqPacking.Version.V1).pack(odd)));
  }

  @Test
  void refusesZerosThatAreNoCodes() {
    Matrix zeros = Matrix.zeros(8, 2);
    zeros.set(3, 1, 6.25f);
    assertEquals(
        "awq gemm: the zero 6.25 of row 3, group 1 is no whole number from 0 to 15, the only ones"
            + " the format stores; quantize with integer zeros, or choose a format with float zeros",
        refusal(() -> new AwqGemmPacking().packZeros(zeros)));
    assertEquals(
        "gptq v1 4 bit (which stores zero − 1; v2 also holds 0): the zero 0.0 of row 0, group 0 is"
            + " no whole number from 1 to 15, the only ones the format stores; quantize with integer"
            + " zeros, or choose a format with float zeros",
        refusal(() -> new GptqPacking(4, GptqPacking.Version.V1).packZeros(zeros)));
    zeros.set(3, 1, 16);
    assertTrue(
        refusal(() -> new CompressedTensorsPacking(4).packZeros(zeros)).contains("zero 16.0"));
  }

  @Test
  void refusesCodesAndWidthsBeyondTheFormat() {
    Codes codes = Codes.zeros(new Shape(8, 32));
    codes.put(2 * 32 + 5, 9);
    assertEquals(
        "gptq v1 3 bit: code 9 in row 2, column 5 does not fit 3 bits, which hold 0 to 7",
        refusal(() -> new GptqPacking(3, GptqPacking.Version.V1).pack(codes)));
    assertEquals(
        "hqq 2 bit: code 9 in row 2, column 5 does not fit 2 bits, which hold 0 to 3",
        refusal(() -> new HqqPacking(QuantSpec.of(2, 8)).pack(codes)));
    assertEquals(
        "the GPTQ format holds 2, 3, 4 or 8 bits, not 5",
        refusal(() -> new GptqPacking(5, GptqPacking.Version.V1)));
    assertEquals(
        "compressed-tensors packs 1 to 8 bits, not 9",
        refusal(() -> new CompressedTensorsPacking(9)));
    assertThrows(IllegalArgumentException.class, () -> new CompressedTensorsPacking(0));
  }

  @Test
  void refusesWordsOfAnotherShape() {
    Packed packed = new AwqGemmPacking().pack(Codes.zeros(new Shape(16, 4)));
    assertEquals(
        "awq gemm: 4 × 2 words of 32 bits came, but a matrix of this shape is packed into 4 × 1"
            + " words of 32",
        refusal(() -> new AwqGemmPacking().unpack(packed, new Shape(8, 4))));
    assertEquals(
        "awq gemm: word 8 does not exist; a matrix of 16 × 4 is packed into 8 words, numbered"
            + " from 0",
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> new AwqGemmPacking().explain(new Shape(16, 4), 8))
            .getMessage());
    assertThrows(
        IndexOutOfBoundsException.class, () -> new AwqGemmPacking().explain(new Shape(16, 4), -1));
    Packed bytes = Packed.over(packed.shape(), 8, Arena.ofAuto().allocate(8));
    assertEquals(
        "awq gemm: 4 × 2 words of 8 bits came, but a matrix of this shape is packed into 4 × 2"
            + " words of 32",
        refusal(() -> new AwqGemmPacking().unpack(bytes, new Shape(16, 4))));
    assertEquals(
        "8 bytes do not hold 1 × 3 words of 32 bits, which take 12",
        assertThrows(
                ShapeException.class,
                () -> Packed.over(new Shape(1, 3), 32, Arena.ofAuto().allocate(8)))
            .getMessage());
    assertEquals(
        "words of 16 bits are not known; packed tensors have 8 or 32",
        refusal(() -> Packed.over(new Shape(1, 4), 16, Arena.ofAuto().allocate(8))));
  }

  /** A view of a file's bytes, at any offset, is read like words of our own. */
  @Test
  void wordsOfAFileNeedNoAlignment() {
    Codes codes = Codes.zeros(new Shape(8, 3));
    codes.put(4, 11);
    Packed own = new AwqGemmPacking().pack(codes);
    var file = Arena.ofAuto().allocate(own.segment().byteSize() + 1).asSlice(1);
    file.copyFrom(own.segment());
    Packed view = Packed.over(own.shape(), 32, file);
    assertEquals(0, new AwqGemmPacking().unpack(view, codes.shape()).countDifferent(codes));
  }

  @Test
  void anInterruptStopsPacking() {
    Thread.currentThread().interrupt();
    try {
      assertEquals(
          "packing was interrupted",
          assertThrows(
                  InterruptedWork.class,
                  () -> new AwqGemmPacking().pack(Codes.zeros(new Shape(64, 64))))
              .getMessage());
    } finally {
      assertTrue(Thread.interrupted(), "the flag stays set for the callers above");
    }
  }

  private static String refusal(Executable work) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, work).getMessage());
  }
}

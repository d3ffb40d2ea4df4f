package halfstep.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.pack.PackedWord.Field;
import halfstep.quant.Codes;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PackedWordTest {

  private static Codes codes(long rows, long cols, int levels) {
    Codes codes = Codes.zeros(new Shape(rows, cols));
    for (long i = 0; i < rows * cols; i++) {
      codes.put(i, (int) (i * 7 % levels));
    }
    return codes;
  }

  @Test
  void awqInterleavesEightOutputsOfOneInput() {
    List<Field> fields = PackedWord.of(new AwqGemmPacking(), new Shape(16, 4), 3).fields();
    List<Long> rows = fields.stream().map(field -> ((BitOwner.Code) field.owner()).row()).toList();
    assertEquals(List.of(8L, 10L, 12L, 14L, 9L, 11L, 13L, 15L), rows);
    assertEquals(new Field(4, 7, new BitOwner.Code(10, 1, 0), OptionalLong.empty()), fields.get(1));
    assertEquals(List.of(4, 4, 4, 4, 4, 4, 4, 4), fields.stream().map(Field::width).toList());
  }

  @Test
  void aCodeOfThreeBitsStraddlesTwoWords() {
    BitPacking gptq = new GptqPacking(3, GptqPacking.Version.V1);
    Shape shape = new Shape(2, 32);
    Field last = PackedWord.of(gptq, shape, 0).fields().getLast();
    assertEquals(new Field(30, 31, new BitOwner.Code(0, 10, 0), OptionalLong.empty()), last);
    Field first = PackedWord.of(gptq, shape, 2).fields().getFirst();
    assertEquals(new Field(0, 0, new BitOwner.Code(0, 10, 2), OptionalLong.empty()), first);
  }

  @Test
  void fieldsOfARealWordAreTheCodes() {
    Codes codes = codes(8, 64, 8);
    CodePacking packing = new HqqPacking(QuantSpec.of(3, 64), HqqPacking.Rows.PAD);
    PackedWord word = PackedWord.of(packing, codes.shape(), packing.pack(codes), 5);
    assertEquals(10, word.fields().size());
    assertEquals(8, word.unused(), "two bits of the word and two rows of padding");
    for (Field field : word.fields()) {
      if (field.owner() instanceof BitOwner.Code(long row, long col, int bit)) {
        assertEquals(0, bit);
        assertEquals(codes.get(row, col), field.value().orElseThrow());
      } else {
        assertEquals(0, field.value().orElseThrow());
      }
    }
  }

  @Test
  void aBlockBeginsWithItsScale() {
    Shape shape = new Shape(1, 32);
    Matrix w = Matrix.zeros(1, 32);
    LongStream.range(0, 32).forEach(i -> w.put(i, i / 10f - 1.5f));
    Packed packed = GgufBlocks.Q4_1.quantize(w);
    List<PackedWord> bytes =
        LongStream.range(0, 5)
            .mapToObj(i -> PackedWord.of(GgufBlocks.Q4_1, shape, packed, i))
            .toList();
    assertEquals(new BitOwner.BlockScale(0, 0, 8), bytes.get(1).fields().getFirst().owner());
    assertEquals(new BitOwner.BlockMinimum(0, 0, 0), bytes.get(2).fields().getFirst().owner());
    assertEquals(new BitOwner.Code(0, 16, 0), bytes.get(4).fields().getLast().owner());
    long scale = bytes.get(0).value().orElseThrow() | bytes.get(1).value().orElseThrow() << 8;
    assertEquals(3.1 / 15, Float.float16ToFloat((short) scale), 1e-4);
    List<Integer> fields = bytes.stream().map(word -> word.fields().size()).toList();
    assertEquals(List.of(1, 1, 1, 1, 2), fields, "a byte of a header is one thing, a code's two");
  }

  @Test
  void aUnitEndsWhereCodesFillWholeWords() {
    Shape shape = new Shape(8, 64);
    BitPacking gptq = new GptqPacking(3, GptqPacking.Version.V2);
    assertEquals(List.of(1L, 9L, 17L), indices(PackedWord.unit(gptq, shape, 1)));
    assertEquals(List.of(47L), indices(PackedWord.unit(gptq, shape, 47)), "the last word");
    BitPacking dense = new CompressedTensorsPacking(6);
    assertEquals(List.of(0L, 1L, 2L), indices(PackedWord.unit(dense, shape, 0)));
    assertEquals(List.of(5L), indices(PackedWord.unit(new AwqGemmPacking(), shape, 5)));
    assertEquals(18, PackedWord.unit(GgufBlocks.Q4_0, shape, 0).size());
  }

  /** A unit never goes on in the next row, nor beyond the last word. */
  @Test
  void aUnitEndsWithItsRow() {
    Shape shape = new Shape(8, 64);
    BitPacking gptq = new GptqPacking(3, GptqPacking.Version.V2);
    assertEquals(List.of(40L), indices(PackedWord.unit(gptq, shape, 40)), "the last row of words");
    BitPacking dense = new CompressedTensorsPacking(6); // 12 words a row
    assertEquals(List.of(11L), indices(PackedWord.unit(dense, shape, 11)));
    assertEquals(List.of(12L, 13L, 14L), indices(PackedWord.unit(dense, shape, 12)));
    BitPacking blocks = GgufBlocks.Q4_0; // 36 bytes a row
    assertEquals(List.of(34L, 35L), indices(PackedWord.unit(blocks, shape, 34)));
    assertEquals(18, PackedWord.unit(blocks, shape, 36).size());
  }

  @Test
  void aUnitOfRealWordsHasTheirValues() {
    Codes codes = codes(8, 64, 8);
    GptqPacking packing = new GptqPacking(3, GptqPacking.Version.V2);
    Packed packed = packing.pack(codes);
    List<PackedWord> unit = PackedWord.unit(packing, codes.shape(), packed, 1);
    assertEquals(List.of(1L, 9L, 17L), indices(unit));
    for (PackedWord word : unit) {
      assertEquals(packed.word(word.index()), word.value().orElseThrow());
    }
    assertEquals("Packed 6 × 8 words of 32 bits", packed.toString());
  }

  private static List<Long> indices(List<PackedWord> words) {
    return words.stream().map(PackedWord::index).toList();
  }

  @Test
  void wordsThatDoNotExistAreRefused() {
    BitPacking packing = new CompressedTensorsPacking(4);
    assertThrows(IndexOutOfBoundsException.class, () -> PackedWord.of(packing, new Shape(1, 8), 1));
    Codes rounded = RoundToNearest.quantize(Matrix.of(1, 2, 0, 1), QuantSpec.of(4, 2)).codes();
    PackedWord word =
        PackedWord.of(packing, rounded.shape(), new CompressedTensorsPacking(4).pack(rounded), 0);
    assertEquals(
        "compressed-tensors 4 bit word 0 = 0x000000f0, 32 bits in 3 fields", word.toString());
  }
}

package halfstep.pack;

import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * One packed word, bit by bit: what a table lists and a ribbon draws.
 *
 * @param format the packing's label
 * @param index of the word in the packed tensor's row-major order
 * @param owners one per bit, the least significant bit first
 * @param value the word itself, unsigned; empty where only the layout is looked at
 */
public record PackedWord(String format, long index, List<BitOwner> owners, OptionalLong value) {

  /** Takes a copy of the list. */
  public PackedWord {
    owners = List.copyOf(owners);
  }

  /**
   * Neighbouring bits of a word that belong to one thing, in that thing's own order.
   *
   * @param low the lowest of these bits in the word
   * @param high the highest of them
   * @param owner of the lowest; the others follow it, bit by bit
   * @param value these bits as a number; empty where only the layout is looked at
   */
  public record Field(int low, int high, BitOwner owner, OptionalLong value) {

    /** Number of bits. */
    public int width() {
      return high - low + 1;
    }
  }

  /**
   * The layout of a word, without its value.
   *
   * @param codes the matrix, {@code out × in}
   * @param index of the word in the packed tensor's row-major order
   * @throws IndexOutOfBoundsException if the packed tensor has no such word
   */
  public static PackedWord of(BitPacking packing, Shape codes, long index) {
    return new PackedWord(
        packing.label(), index, packing.explain(codes, index), OptionalLong.empty());
  }

  /**
   * A word of a packed tensor.
   *
   * @param codes the matrix that was packed, {@code out × in}
   * @param packed not modified
   * @param index of the word in the packed tensor's row-major order
   * @throws IndexOutOfBoundsException if the packed tensor has no such word
   */
  public static PackedWord of(BitPacking packing, Shape codes, Packed packed, long index) {
    List<BitOwner> owners = packing.explain(codes, index);
    return new PackedWord(packing.label(), index, owners, OptionalLong.of(packed.word(index)));
  }

  /**
   * The words from one on until codes fill whole words again: one of most layouts, three where
   * codes of 3 bits straddle words, a whole block of GGUF's.
   *
   * @param codes the matrix, {@code out × in}
   * @param index of the first word
   * @throws IndexOutOfBoundsException if the packed tensor has no such word
   */
  public static List<PackedWord> unit(BitPacking packing, Shape codes, long index) {
    return indices(packing, codes, index).mapToObj(i -> of(packing, codes, i)).toList();
  }

  /**
   * The words from one on until codes fill whole words again, with their values.
   *
   * @param codes the matrix that was packed, {@code out × in}
   * @param packed not modified
   * @param index of the first word
   * @throws IndexOutOfBoundsException if the packed tensor has no such word
   */
  public static List<PackedWord> unit(BitPacking packing, Shape codes, Packed packed, long index) {
    return indices(packing, codes, index).mapToObj(i -> of(packing, codes, packed, i)).toList();
  }

  private static LongStream indices(BitPacking packing, Shape codes, long first) {
    Shape words = packing.wordShape(codes);
    return switch (packing) {
      case GptqPacking(int bits, GptqPacking.Version _) ->
          LongStream.range(0, wordsPerUnit(bits))
              .map(i -> first + i * words.cols())
              .filter(i -> i == first || i < words.size());
      case CompressedTensorsPacking(int bits) ->
          LongStream.range(0, wordsPerUnit(bits))
              .map(i -> first + i)
              .filter(i -> i / words.cols() == first / words.cols());
      case GgufBlocks blocks ->
          LongStream.range(first, first + blocks.blockBytes())
              .filter(i -> i / words.cols() == first / words.cols());
      case AwqGemmPacking _ -> LongStream.of(first);
      case HqqPacking _ -> LongStream.of(first);
    };
  }

  /** Words of 32 bits after which a stream of codes begins at a word's first bit again. */
  private static int wordsPerUnit(int bits) {
    return bits / Math.min(Integer.lowestOneBit(bits), Integer.SIZE);
  }

  /** Number of bits, 8 or 32. */
  public int bits() {
    return owners.size();
  }

  /** Bits that belong to nobody. */
  public long unused() {
    return owners.stream().filter(BitOwner.Unused.class::isInstance).count();
  }

  /** The word cut where its bits change hands, from the least significant bit on. */
  public List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    int low = 0;
    for (int bit = 1; bit <= bits(); bit++) {
      if (bit == bits() || !follows(owners.get(bit - 1), owners.get(bit))) {
        fields.add(new Field(low, bit - 1, owners.get(low), cut(low, bit - low)));
        low = bit;
      }
    }
    return fields;
  }

  private OptionalLong cut(int low, int width) {
    return value.isEmpty() ? value : OptionalLong.of(value.getAsLong() >>> low & (1L << width) - 1);
  }

  private static boolean follows(BitOwner below, BitOwner above) {
    return above.equals(
        switch (below) {
          case BitOwner.Code(long row, long col, int bit) -> new BitOwner.Code(row, col, bit + 1);
          case BitOwner.BlockScale(long row, long block, int bit) ->
              new BitOwner.BlockScale(row, block, bit + 1);
          case BitOwner.BlockMinimum(long row, long block, int bit) ->
              new BitOwner.BlockMinimum(row, block, bit + 1);
          case BitOwner.Unused nobody -> nobody;
        });
  }

  @Override
  public String toString() {
    String shown =
        value.isEmpty() ? "" : " = 0x%%0%dx".formatted(bits() / 4).formatted(value.getAsLong());
    return "%s word %d%s, %d bits in %d fields"
        .formatted(format, index, shown, bits(), fields().size());
  }
}

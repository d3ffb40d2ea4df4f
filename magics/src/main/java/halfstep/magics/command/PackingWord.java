package halfstep.magics.command;

import halfstep.pack.AwqGemmPacking;
import halfstep.pack.BitPacking;
import halfstep.pack.CompressedTensorsPacking;
import halfstep.pack.GgufBlocks;
import halfstep.pack.GptqPacking;
import halfstep.pack.GptqPacking.Version;
import halfstep.pack.HqqPacking;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** File formats as they are typed. */
final class PackingWord {

  private static final List<String> WORDS =
      List.of("hqq", "awq", "gptq", "gptq-v2", "compressed-tensors", "q4_0", "q4_1", "q8_0");

  private PackingWord() {}

  /** What Tab offers. */
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return WORDS.iterator();
    }
  }

  /**
   * The packing that a word names.
   *
   * @param spec bits, group size and axis, as far as the format leaves them open
   * @throws UsageException if there is none of this name, or not of this width
   */
  static BitPacking of(String word, QuantSpec spec) {
    return switch (word.strip().toLowerCase(Locale.ROOT)) {
      case "hqq" -> new HqqPacking(spec);
      case "awq" -> awq(spec.bits());
      case "gptq" -> new GptqPacking(whole(spec.bits()), Version.V1);
      case "gptq-v2" -> new GptqPacking(whole(spec.bits()), Version.V2);
      case "compressed-tensors" -> new CompressedTensorsPacking(whole(spec.bits()));
      case "q4_0" -> GgufBlocks.Q4_0;
      case "q4_1" -> GgufBlocks.Q4_1;
      case "q8_0" -> GgufBlocks.Q8_0;
      default ->
          throw new UsageException(
              "there is no packing \"%s\"; nearest: %s (of %s)"
                  .formatted(
                      word, Nearest.to(word, WORDS, 1).getFirst(), String.join(", ", WORDS)));
    };
  }

  private static BitPacking awq(Bits bits) {
    if (bits != Bits.FOUR) {
      throw new UsageException(
          "AWQ's GEMM layout packs 4 bits, not %s; leave --bits out".formatted(bits));
    }
    return new AwqGemmPacking();
  }

  private static int whole(Bits bits) {
    if (bits == Bits.TERNARY) {
      throw new UsageException(
          "1.58 bits are not packed by themselves; hqq stores them as 2: --bits 2");
    }
    return Integer.parseInt(bits.label());
  }
}

package halfstep.magics.command;

import halfstep.eval.Protocol;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From words to the library's types, and the words that Tab offers for them. */
final class Converters {

  private Converters() {}

  static final class OfBits implements ITypeConverter<Bits> {
    @Override
    public Bits convert(String word) {
      return accept(() -> Bits.of(word));
    }
  }

  static final class OfGroup implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String word) {
      return accept(() -> group(word));
    }

    static int group(String word) {
      if (word.equals("row")) {
        return QuantSpec.WHOLE;
      }
      if (word.equals("tensor")) {
        return QuantSpec.TENSOR;
      }
      int size = whole(word, "a group size is a whole number such as 64, or row or tensor");
      if (size < 1) {
        throw new UsageException(
            "a group of %d weights is empty; use a whole number such as 64, or row or tensor"
                .formatted(size));
      }
      return size;
    }
  }

  static final class OfAxis implements ITypeConverter<Axis> {
    @Override
    public Axis convert(String word) {
      return accept(() -> Axis.of(whole(word, "the axis is 0 or 1")));
    }
  }

  static final class OfEarlyStop implements ITypeConverter<EarlyStop> {
    @Override
    public EarlyStop convert(String word) {
      return accept(() -> choose(EARLY_STOPS, word, "stopping rule"));
    }
  }

  static final class OfVariant implements ITypeConverter<Hqq> {
    @Override
    public Hqq convert(String word) {
      return accept(() -> choose(VARIANTS, word, "variant of hqq's solver"));
    }
  }

  static final class OfZero implements ITypeConverter<ZeroPoint> {
    @Override
    public ZeroPoint convert(String word) {
      return accept(() -> choose(ZEROS, word, "kind of zero"));
    }
  }

  static final class OfBeta implements ITypeConverter<BetaWord> {
    @Override
    public BetaWord convert(String word) {
      return accept(() -> BetaWord.of(word));
    }
  }

  static final class OfMethod implements ITypeConverter<MethodWord> {
    @Override
    public MethodWord convert(String word) {
      return accept(() -> MethodWord.of(word));
    }
  }

  static final class OfProtocol implements ITypeConverter<Protocol> {
    @Override
    public Protocol convert(String word) {
      return accept(() -> Protocol.of(word));
    }
  }

  static final class ProtocolWords extends Choice {
    ProtocolWords() {
      super(Protocol.words());
    }
  }

  static final class OfModel implements ITypeConverter<ModelWord> {
    @Override
    public ModelWord convert(String word) {
      return accept(() -> ModelWord.of(word));
    }
  }

  static final class ModelWords extends Choice {
    ModelWords() {
      super(ModelWord.words());
    }
  }

  static final class BitsWords extends Choice {
    BitsWords() {
      super(Arrays.stream(Bits.values()).map(Bits::label).toList());
    }
  }

  static final class GroupWords extends Choice {
    GroupWords() {
      super(List.of("32", "64", "128", "row", "tensor"));
    }
  }

  static final class AxisWords extends Choice {
    AxisWords() {
      super(List.of("1", "0"));
    }
  }

  static final class EarlyStopWords extends Choice {
    EarlyStopWords() {
      super(EARLY_STOPS.keySet());
    }
  }

  static final class ZeroWords extends Choice {
    ZeroWords() {
      super(ZEROS.keySet());
    }
  }

  static final class VariantWords extends Choice {
    VariantWords() {
      super(VARIANTS.keySet());
    }
  }

  static final class BetaWords extends Choice {
    BetaWords() {
      super(List.of("auto", "10"));
    }
  }

  static final class MethodWords extends Choice {
    MethodWords() {
      super(MethodWord.words());
    }
  }

  /** picocli makes one of these by reflection for each option. */
  abstract static class Choice implements Iterable<String> {

    private final List<String> words;

    Choice(Collection<String> words) {
      this.words = List.copyOf(words);
    }

    @Override
    public Iterator<String> iterator() {
      return words.iterator();
    }
  }

  private static final Map<String, EarlyStop> EARLY_STOPS = words(EarlyStop.values());
  private static final Map<String, ZeroPoint> ZEROS = words(ZeroPoint.values());
  private static final Map<String, Hqq> VARIANTS = variants();

  private static Map<String, Hqq> variants() {
    Map<String, Hqq> variants = new LinkedHashMap<>();
    variants.put("legacy", Hqq.LEGACY);
    variants.put("head", Hqq.HEAD);
    variants.put("v2", Hqq.V2);
    variants.put("slow", Hqq.SLOW);
    return variants;
  }

  /** Constants as they are typed: {@code RESTORE_BEST} is {@code restore-best}. */
  private static <E extends Enum<E>> Map<String, E> words(E[] values) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E value : values) {
      words.put(value.name().toLowerCase(Locale.ROOT).replace('_', '-'), value);
    }
    return words;
  }

  private static <T> T choose(Map<String, T> words, String word, String kind) {
    T chosen = words.get(word.toLowerCase(Locale.ROOT));
    if (chosen == null) {
      throw new UsageException(
          "\"%s\" is no %s; nearest: %s (of %s)"
              .formatted(
                  word,
                  kind,
                  Nearest.to(word, words.keySet(), 1).getFirst(),
                  String.join(", ", words.keySet())));
    }
    return chosen;
  }

  private static int whole(String word, String expected) {
    try {
      return Integer.parseInt(word.strip());
    } catch (NumberFormatException e) {
      UsageException refusal =
          new UsageException("\"%s\" is no whole number; %s".formatted(word, expected));
      refusal.initCause(e);
      throw refusal;
    }
  }

  /** picocli keeps the sentence of this exception alone. */
  private static <T> T accept(Supplier<T> conversion) {
    try {
      return conversion.get();
    } catch (IllegalArgumentException e) {
      TypeConversionException refusal = new TypeConversionException(String.valueOf(e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
  }
}

package halfstep.magics.command;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.EarlyStop;
import halfstep.quant.QuantSpec;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
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

    private static int group(String word) {
      if (word.equals("row")) {
        return QuantSpec.WHOLE;
      }
      int size = whole(word, "a group size is a whole number such as 64, or the word row");
      if (size < 1) {
        throw new UsageException(
            "a group of %d weights is empty; use a whole number such as 64, or the word row"
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
      return accept(() -> rule(word));
    }

    private static EarlyStop rule(String word) {
      return Arrays.stream(EarlyStop.values())
          .filter(rule -> word(rule).equals(word.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() ->
              new UsageException(
                  "\"%s\" is no stopping rule; nearest: %s (of %s)"
                      .formatted(
                          word,
                          Nearest.to(word, EARLY_STOPS, 1).getFirst(),
                          String.join(", ", EARLY_STOPS))));
    }
  }

  static final class OfMethod implements ITypeConverter<MethodWord> {
    @Override
    public MethodWord convert(String word) {
      return accept(() -> MethodWord.of(word));
    }
  }

  static final class BitsWords extends Choice {
    BitsWords() {
      super(Arrays.stream(Bits.values()).map(Bits::label).toList());
    }
  }

  static final class GroupWords extends Choice {
    GroupWords() {
      super(List.of("32", "64", "128", "row"));
    }
  }

  static final class AxisWords extends Choice {
    AxisWords() {
      super(List.of("1", "0"));
    }
  }

  static final class EarlyStopWords extends Choice {
    EarlyStopWords() {
      super(EARLY_STOPS);
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

    Choice(List<String> words) {
      this.words = words;
    }

    @Override
    public Iterator<String> iterator() {
      return words.iterator();
    }
  }

  private static final List<String> EARLY_STOPS =
      Arrays.stream(EarlyStop.values()).map(Converters::word).toList();

  private static String word(EarlyStop rule) {
    return rule.name().toLowerCase(Locale.ROOT).replace('_', '-');
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

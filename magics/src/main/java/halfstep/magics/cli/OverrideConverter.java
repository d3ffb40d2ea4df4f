package halfstep.magics.cli;

import halfstep.job.LayerRule;
import halfstep.magics.command.GridOptions;
import halfstep.quant.Bits;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From {@code GLOB=bits:4,group:64} to a rule. */
final class OverrideConverter implements ITypeConverter<LayerRule> {

  @Override
  public LayerRule convert(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 1) {
      throw refusal(text, "there is no GLOB= before the settings");
    }
    Optional<Bits> bits = Optional.empty();
    OptionalInt group = OptionalInt.empty();
    for (String setting : text.substring(equals + 1).split(",", -1)) {
      int colon = setting.indexOf(':');
      String value = setting.substring(colon + 1).strip();
      switch (setting.substring(0, Math.max(0, colon)).strip()) {
        case "bits" -> bits = Optional.of(bits(text, value));
        case "group" -> group = OptionalInt.of(group(text, value));
        default -> throw refusal(text, "\"%s\" is neither bits:N nor group:N".formatted(setting));
      }
    }
    return new LayerRule(text.substring(0, equals), bits, group);
  }

  private static Bits bits(String text, String value) {
    try {
      return Bits.of(value);
    } catch (IllegalArgumentException e) {
      throw refusal(text, String.valueOf(e.getMessage()));
    }
  }

  private static int group(String text, String value) {
    try {
      return GridOptions.group(value);
    } catch (IllegalArgumentException e) {
      throw refusal(text, String.valueOf(e.getMessage()));
    }
  }

  private static TypeConversionException refusal(String text, String fault) {
    return new TypeConversionException(
        "\"%s\": %s; for example '*.down_proj=bits:4,group:64'".formatted(text, fault));
  }
}

package halfstep.magics.command;

import halfstep.quant.BetaRule;
import java.util.Optional;

/**
 * What {@code --beta} takes: a number, {@code auto}, or {@code auto:D} with the dead zone as a
 * share of each group's step.
 *
 * @param number the one β of all groups, or empty if each has its own
 * @param rule where β comes from
 */
record BetaWord(Optional<Float> number, BetaRule rule) {

  private static final String AUTO = "auto";

  static BetaWord of(String word) {
    String text = word.strip();
    if (text.equals(AUTO)) {
      return new BetaWord(Optional.empty(), BetaRule.PerStep.DEFAULT);
    }
    boolean share = text.startsWith(AUTO + ":");
    float value = number(share ? text.substring(AUTO.length() + 1) : text, word);
    return share
        ? new BetaWord(Optional.empty(), new BetaRule.PerStep(value))
        : new BetaWord(Optional.of(value), new BetaRule.Shared());
  }

  private static float number(String digits, String word) {
    try {
      return Float.parseFloat(digits);
    } catch (NumberFormatException e) {
      UsageException refusal =
          new UsageException(
              "\"%s\" is no beta; a number such as 10, auto, or auto:0.25".formatted(word));
      refusal.initCause(e);
      throw refusal;
    }
  }
}

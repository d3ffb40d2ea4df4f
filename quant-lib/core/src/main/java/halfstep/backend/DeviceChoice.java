package halfstep.backend;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where whole matrices are to be computed, as {@code --device} says it: {@code cpu}; {@code auto},
 * a device if there is one; or a device's name, with a number where there are several: {@code
 * cuda}, {@code cuda:1}.
 *
 * @param name of the device, or {@code cpu}, or {@code auto}
 * @param index which of several, from 0
 */
public record DeviceChoice(String name, int index) {

  /** The processor. */
  public static final DeviceChoice CPU = new DeviceChoice("cpu", 0);

  /** A device if there is one. */
  public static final DeviceChoice AUTO = new DeviceChoice("auto", 0);

  /** The system property that says what holds where nothing else is said. */
  public static final String PROPERTY = "halfstep.device";

  private static final Pattern WORD = Pattern.compile("([a-z]+)(?::(\\d{1,3}))?");

  /**
   * The choice that a word stands for. Whether the device is there is found out by {@link
   * Devices#work}.
   *
   * @throws IllegalArgumentException if there is no such device; the message lists those there are
   */
  public static DeviceChoice of(String word) {
    Matcher matcher = WORD.matcher(word.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches() || !Devices.names().contains(matcher.group(1))) {
      throw new IllegalArgumentException(
          "there is no device \"%s\"; choose one of %s, with a number where there are several, such as cuda:1"
              .formatted(word, String.join(", ", Devices.names())));
    }
    boolean numbered = matcher.group(2) != null;
    DeviceChoice choice =
        new DeviceChoice(matcher.group(1), numbered ? Integer.parseInt(matcher.group(2)) : 0);
    if (numbered && (choice.isCpu() || choice.isAuto())) {
      throw new IllegalArgumentException(
          "%s has no numbers as cuda:1 has one; say %s".formatted(choice.name, choice.name));
    }
    return choice;
  }

  /** What holds where nothing is said: the system property, or else the processor. */
  public static DeviceChoice usual() {
    String word = System.getProperty(PROPERTY, "");
    return word.isBlank() ? CPU : of(word);
  }

  boolean isCpu() {
    return name.equals(CPU.name);
  }

  boolean isAuto() {
    return name.equals(AUTO.name);
  }

  /** As {@code --device} takes it. */
  @Override
  public String toString() {
    return index == 0 ? name : name + ":" + index;
  }
}

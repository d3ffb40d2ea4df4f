package halfstep.kernel.widget;

import org.jspecify.annotations.Nullable;

/** A box to tick. */
public final class Checkbox extends Valued<Boolean> {

  /**
   * Makes a box.
   *
   * @param description its label
   * @param value whether it is ticked
   */
  public Checkbox(String description, boolean value) {
    super("Checkbox", "Description", description, "value");
    initially("value", value);
    initially("indent", true);
  }

  @Override
  Boolean read(@Nullable Object raw) {
    return Boolean.TRUE.equals(raw);
  }
}

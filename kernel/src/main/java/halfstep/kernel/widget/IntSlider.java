package halfstep.kernel.widget;

import org.jspecify.annotations.Nullable;

/** A slider over whole numbers. */
public final class IntSlider extends Valued<Integer> {

  /**
   * Makes a slider.
   *
   * @param description its label
   * @param min smallest value
   * @param max largest value
   * @param value where it stands
   */
  public IntSlider(String description, int min, int max, int value) {
    super("IntSlider", "Slider", description, "value");
    initially("min", min);
    initially("max", max);
    initially("step", 1);
    initially("value", (long) value);
    initially("continuous_update", true);
    initially("readout", true);
    initially("readout_format", "d");
    initially("orientation", "horizontal");
  }

  @Override
  Integer read(@Nullable Object raw) {
    return raw instanceof Number number ? number.intValue() : 0;
  }

  @Override
  Object write(Integer value) {
    return value.longValue();
  }
}

package halfstep.kernel.widget;

import org.jspecify.annotations.Nullable;

/** A slider over real numbers. */
public final class FloatSlider extends Valued<Double> {

  /**
   * Makes a slider.
   *
   * @param description its label
   * @param min smallest value
   * @param max largest value
   * @param step distance of two values
   * @param value where it stands
   */
  public FloatSlider(String description, double min, double max, double step, double value) {
    super("FloatSlider", "Slider", description, "value");
    initially("min", min);
    initially("max", max);
    initially("step", step);
    initially("value", value);
    initially("continuous_update", true);
    initially("readout", true);
    initially("readout_format", ".2f");
    initially("orientation", "horizontal");
  }

  @Override
  Double read(@Nullable Object raw) {
    return raw instanceof Number number ? number.doubleValue() : 0.0;
  }
}

package halfstep.kernel.widget;

import org.jspecify.annotations.Nullable;

/** A bar that fills from 0 to 1. */
public final class ProgressBar extends Valued<Double> {

  /**
   * Makes an empty bar.
   *
   * @param description its label
   */
  public ProgressBar(String description) {
    super("FloatProgress", "ProgressView", "Progress", description, "value");
    initially("min", 0.0);
    initially("max", 1.0);
    initially("value", 0.0);
    initially("bar_style", "");
    initially("orientation", "horizontal");
  }

  @Override
  Double read(@Nullable Object raw) {
    return raw instanceof Number number ? number.doubleValue() : 0.0;
  }
}

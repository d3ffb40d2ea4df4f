package halfstep.lab.form;

import java.util.function.DoubleConsumer;

/** Progress of a part of the work as progress of the whole. */
public final class Part {

  private Part() {}

  /**
   * @param whole hears from {@code from} to {@code to}
   * @return hears 0 to 1
   */
  public static DoubleConsumer of(DoubleConsumer whole, double from, double to) {
    return done -> whole.accept(from + (to - from) * done);
  }
}

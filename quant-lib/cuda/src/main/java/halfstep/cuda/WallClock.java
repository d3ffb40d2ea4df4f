package halfstep.cuda;

import java.util.function.Supplier;

/** How long work takes whose matrices come from the host and go back to it. */
final class WallClock {

  private WallClock() {}

  /**
   * Runs the work once for nothing, then some times more.
   *
   * @param work what it gives is let go
   * @return milliseconds of each repeat
   */
  static float[] millis(int repeats, Supplier<?> work) {
    float[] millis = new float[repeats];
    var _ = work.get();
    for (int i = 0; i < repeats; i++) {
      long before = System.nanoTime();
      var _ = work.get();
      millis[i] = (System.nanoTime() - before) / 1e6f;
    }
    return millis;
  }
}

package halfstep.cuda;

import halfstep.cuda.device.OutOfDeviceMemoryException;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/** Work in parts that get smaller where the device's memory is short. */
final class Shrinking {

  private Shrinking() {}

  /**
   * Tries with half as much, down to one.
   *
   * @param most what to begin with
   * @param attempt begins anew each time; says itself that the parts are smaller
   * @throws OutOfDeviceMemoryException if there is not even room for one
   */
  static <R> R halving(int most, IntFunction<R> attempt) {
    return by(size -> Math.ceilDiv(size, 2), most, attempt);
  }

  /**
   * @param smaller the next size; the same one if there is none
   */
  static <R> R by(IntUnaryOperator smaller, int most, IntFunction<R> attempt) {
    int size = most;
    while (true) {
      try {
        return attempt.apply(size);
      } catch (OutOfDeviceMemoryException e) {
        int next = smaller.applyAsInt(size);
        if (next >= size) {
          throw e;
        }
        size = next;
      }
    }
  }
}

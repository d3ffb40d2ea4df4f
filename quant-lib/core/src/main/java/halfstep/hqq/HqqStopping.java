package halfstep.hqq;

import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import java.util.stream.IntStream;

/** The walk's stopping rule, applied to all errors at once. */
final class HqqStopping {

  private HqqStopping() {}

  /**
   * The number of half-steps after which {@link HqqWalk} ends.
   *
   * @param errors the error before each half-step; only their order matters
   */
  static int resultIndex(double[] errors, Hqq config) {
    if (config.earlyStop() == EarlyStop.OFF) {
      return config.iterations();
    }
    int best = -1;
    for (int k = 0; k < errors.length; k++) {
      if (best >= 0 && !(errors[k] < errors[best])) {
        return config.earlyStop() == EarlyStop.RESTORE_BEST ? best : k + 1;
      }
      best = k;
    }
    return config.iterations();
  }

  /**
   * The states that {@link HqqWalk} gives, by their half-steps: where the best one is restored, the
   * one that was no better is seen before.
   *
   * @param errors as for {@link #resultIndex}
   */
  static int[] path(double[] errors, Hqq config) {
    int result = resultIndex(errors, config);
    boolean restored = config.earlyStop() == EarlyStop.RESTORE_BEST && result < config.iterations();
    return restored
        ? IntStream.concat(IntStream.rangeClosed(0, result + 1), IntStream.of(result)).toArray()
        : IntStream.rangeClosed(0, result).toArray();
  }
}

package halfstep.metric;

import halfstep.tensor.Parallel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How far a figure moves when what it was taken from is drawn anew: percentiles of resamples with
 * replacement (B. Efron 1979).
 *
 * @param low lower end of the 95 % interval
 * @param high its upper end
 */
public record Bootstrap(double low, double high) {

  private static final int RESAMPLES = 2000;
  private static final double TAIL = 0.025;

  /**
   * Resamples things by their numbers. The same seed draws the same.
   *
   * @param n how many things there are, at least 1
   * @param figure of the things drawn, n numbers from 0 to n − 1; the array is used again
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Bootstrap of(int n, long seed, ToDoubleFunction<int[]> figure) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] figures = new double[RESAMPLES];
    int[] drawn = new int[n];
    for (int b = 0; b < RESAMPLES; b++) {
      Parallel.checkInterrupt("the bootstrap");
      for (int i = 0; i < n; i++) {
        drawn[i] = random.nextInt(n);
      }
      figures[b] = figure.applyAsDouble(drawn);
    }
    Arrays.sort(figures);
    int tail = (int) (TAIL * RESAMPLES);
    return new Bootstrap(figures[tail], figures[RESAMPLES - 1 - tail]);
  }

  /** The sum of the values drawn. */
  public static double sum(double[] values, int[] drawn) {
    double sum = 0;
    for (int i : drawn) {
      sum += values[i];
    }
    return sum;
  }

  /** Their mean. */
  public static double mean(double[] values, int[] drawn) {
    return sum(values, drawn) / drawn.length;
  }
}

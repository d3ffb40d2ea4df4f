package halfstep.awq;

import halfstep.awq.AwqBootstrap.Interval;
import halfstep.calib.Activations;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws windows with replacement and chooses ratio and scales anew each time (the percentile
 * bootstrap). Windows, not tokens, are drawn: tokens of one text are not independent.
 */
final class WindowResampling {

  private static final int CHANNELS_AT_ONCE = 256;

  private final ScaleRule rule;
  private final List<float[]> means;
  private final long[] tokens;
  private final List<AwqStep> steps;

  WindowResampling(ScaleRule rule, List<Activations> windows, List<AwqStep> steps) {
    List<Activations> used = windows.stream().filter(window -> window.tokens() > 0).toList();
    if (used.size() < 2) {
      throw new IllegalArgumentException(
          "%d calibration window cannot show how the choice varies; search over at least 2 windows"
              .formatted(used.size()));
    }
    for (AwqStep step : steps) {
      if (step.losses().windows() != windows.size()) {
        throw new IllegalArgumentException(
            "the step of ratio %s keeps the losses of %d windows, but the search has %d; give its own steps"
                .formatted(step.ratio(), step.losses().windows(), windows.size()));
      }
    }
    AwqScaleSearch.best(steps);
    this.rule = rule;
    this.tokens = windows.stream().mapToLong(Activations::tokens).toArray();
    this.means = windows.stream().map(WindowResampling::meansOf).toList();
    this.steps = List.copyOf(steps);
  }

  private static float[] meansOf(Activations window) {
    return window.tokens() == 0 ? new float[window.channels()] : window.meanAbsolute();
  }

  AwqBootstrap run(int resamples, double level, RandomGenerator random) {
    if (resamples < 1 || !(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "%d resamples at level %s; take at least 1, and a level inside (0, 1)"
              .formatted(resamples, level));
    }
    int[][] draws = new int[resamples][];
    int[] chosen = new int[resamples];
    Integer[] times = new Integer[steps.size()];
    Arrays.fill(times, 0);
    for (int i = 0; i < resamples; i++) {
      draws[i] = draw(random);
      chosen[i] = choose(draws[i]);
      times[chosen[i]]++;
    }
    double[] ratios = Arrays.stream(chosen).mapToDouble(k -> steps.get(k).ratio()).toArray();
    return new AwqBootstrap(
        resamples,
        level,
        interval(ratios, level),
        List.of(times),
        scaleIntervals(draws, chosen, level));
  }

  /** How often each window comes up in as many draws as there are windows; some token is drawn. */
  private int[] draw(RandomGenerator random) {
    int[] times = new int[tokens.length];
    long drawn = 0;
    while (drawn == 0) {
      Arrays.fill(times, 0);
      for (int i = 0; i < tokens.length; i++) {
        int window = random.nextInt(tokens.length);
        times[window]++;
        drawn += tokens[window];
      }
    }
    return times;
  }

  private int choose(int[] times) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < steps.size(); k++) {
      double loss = steps.get(k).losses().mean(times);
      if (loss < least) {
        least = loss;
        best = k;
      }
    }
    return best;
  }

  /** All resamples' scales are kept at once, {@code channels × resamples} floats. */
  private List<Interval> scaleIntervals(int[][] draws, int[] chosen, double level) {
    int channels = means.getFirst().length;
    float[][] scales = new float[draws.length][];
    Parallel.blocks(
        draws.length,
        "resampling calibration windows",
        i ->
            scales[(int) i] =
                rule.scales(salience(draws[(int) i]), steps.get(chosen[(int) i]).ratio())
                    .toArray());
    Interval[] intervals = new Interval[channels];
    Parallel.blocks(
        (channels + CHANNELS_AT_ONCE - 1) / CHANNELS_AT_ONCE,
        "resampling calibration windows",
        block -> {
          int from = (int) block * CHANNELS_AT_ONCE;
          for (int c = from; c < Math.min(channels, from + CHANNELS_AT_ONCE); c++) {
            int channel = c;
            intervals[c] =
                interval(Arrays.stream(scales).mapToDouble(s -> s[channel]).toArray(), level);
          }
        });
    return new ArrayList<>(Arrays.asList(intervals));
  }

  /** x̄ of a resample: each window's mean counts as its tokens and as often as it was drawn. */
  private float[] salience(int[] times) {
    double[] sums = new double[means.getFirst().length];
    double count = 0;
    for (int w = 0; w < times.length; w++) {
      double weight = (double) times[w] * tokens[w];
      count += weight;
      float[] mean = means.get(w);
      for (int c = 0; weight > 0 && c < sums.length; c++) {
        sums[c] += weight * mean[c];
      }
    }
    float[] salience = new float[sums.length];
    for (int c = 0; c < sums.length; c++) {
      salience[c] = (float) (sums[c] / count);
    }
    return salience;
  }

  /** The values between which the middle {@code level} of all lies; values are sorted in place. */
  private static Interval interval(double[] values, double level) {
    Arrays.sort(values);
    double tail = (1 - level) / 2;
    int low = (int) Math.floor(tail * (values.length - 1));
    int high = (int) Math.ceil((1 - tail) * (values.length - 1));
    return new Interval(values[low], values[high]);
  }
}

package halfstep.metric;

import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Times something by running it: first until it is warm, then sample by sample. What it returns is
 * kept, so that the compiler cannot leave the work out.
 */
public final class Stopwatch {

  /** Samples to take at least, however long they last. */
  public static final int LEAST_SAMPLES = 7;

  private static final int MOST_SAMPLES = 100_000;

  /** A sample that is shorter is mostly the clock. */
  private static final double LEAST_NANOS = 10_000;

  /** A run that takes this share of the best before says that the compiler is still at work. */
  private static final double FASTER = 0.95;

  private static final double MOST_WARMING = 4;

  private static volatile @Nullable Object kept;

  private final double seconds;
  private final DoubleConsumer progress;
  private final LongSupplier clock;
  private final List<Double> samples = new ArrayList<>();
  private long runsPerSample = 1;

  /**
   * @param seconds how long to measure at least; the warm-up before lasts until half of that went
   *     by without a run faster by 5 %, at most four times as long as the measurement
   * @param progress hears the share done, 0 to 1, after each sample
   */
  public Stopwatch(double seconds, DoubleConsumer progress) {
    this(seconds, progress, System::nanoTime);
  }

  Stopwatch(double seconds, DoubleConsumer progress, LongSupplier clock) {
    if (!(seconds > 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException(
          "%s seconds are no time to measure; a number above 0, for example 1".formatted(seconds));
    }
    this.seconds = seconds;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Measures.
   *
   * @param work run at least {@value #LEAST_SAMPLES} times and once more
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted; {@link #samples}
   *     has what was measured
   * @throws Exception what the work throws
   */
  public Timing time(Callable<?> work) throws Exception {
    samples.clear();
    runsPerSample = runsPerSample(warm(work));
    long begun = clock.getAsLong();
    double wanted = seconds * 1e9;
    double passed = 0;
    while (samples.size() < MOST_SAMPLES && (passed < wanted || samples.size() < LEAST_SAMPLES)) {
      samples.add(sample(work, runsPerSample));
      passed = clock.getAsLong() - begun;
      progress.accept(Math.min(passed / wanted, (double) samples.size() / LEAST_SAMPLES));
    }
    return new Timing(samples, runsPerSample);
  }

  /** What has been measured so far, in nanoseconds a run. */
  public List<Double> samples() {
    return List.copyOf(samples);
  }

  /** Runs whose mean a sample is. */
  public long runsPerSample() {
    return runsPerSample;
  }

  /** How long a run takes when it is warm, in nanoseconds. */
  private double warm(Callable<?> work) throws Exception {
    long begun = clock.getAsLong();
    long faster = begun;
    double best = sample(work, 1);
    long now = clock.getAsLong();
    while (now - faster < seconds / 2 * 1e9 && now - begun < MOST_WARMING * seconds * 1e9) {
      double nanos = sample(work, 1);
      now = clock.getAsLong();
      if (nanos < FASTER * best) {
        faster = now;
      }
      best = Math.min(best, nanos);
    }
    return best;
  }

  private static long runsPerSample(double nanos) {
    long runs = 1;
    while (runs * Math.max(nanos, 1) < LEAST_NANOS) {
      runs *= 10;
    }
    return runs;
  }

  private double sample(Callable<?> work, long runs) throws Exception {
    Parallel.checkInterrupt("the measurement");
    long begun = clock.getAsLong();
    for (long run = 0; run < runs; run++) {
      kept = work.call();
    }
    double nanos = (double) (clock.getAsLong() - begun) / runs;
    kept = null;
    return nanos;
  }
}

package halfstep.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopwatchTest {

  private long now;

  /** A clock that only the work moves. */
  private Stopwatch watch(double seconds) {
    return new Stopwatch(seconds, done -> {}, () -> now);
  }

  @Test
  void slowWorkIsSampledRunByRun() throws Exception {
    long[] runs = new long[1];
    Timing timing =
        watch(1)
            .time(() -> {
              runs[0]++;
              now += 300_000_000;
              return runs[0];
            });
    assertEquals(1, timing.runsPerSample());
    assertEquals(Stopwatch.LEAST_SAMPLES, timing.samples());
    assertEquals(3e8, timing.mean());
    assertEquals(0, timing.deviation());
    assertEquals(Stopwatch.LEAST_SAMPLES + 2, runs[0], "half a second of warm-up is two runs");
  }

  @Test
  void warmingLastsWhileRunsGetFaster() throws Exception {
    int[] runs = new int[1];
    Timing timing =
        watch(1)
            .time(() -> {
              runs[0]++;
              now += Math.max(100, 400 - 50 * runs[0]) * 1_000_000L;
              return "";
            });
    assertEquals(1e8, timing.quantile(1), "every sample is of a warm run");
    int[] ever = {1_000_000};
    Timing capped =
        watch(0.01)
            .time(() -> {
              now += ever[0];
              ever[0] = Math.max(1_000, (int) (ever[0] * 0.9));
              return "";
            });
    assertTrue(
        capped.samples() >= Stopwatch.LEAST_SAMPLES, "what never stops improving is measured");
  }

  @Test
  void shortWorkIsSampledManyRunsAtATime() throws Exception {
    List<Double> heard = new ArrayList<>();
    Timing timing =
        new Stopwatch(0.001, heard::add, () -> now)
            .time(() -> {
              now += 50;
              return "";
            });
    assertEquals(1000, timing.runsPerSample());
    assertEquals(20, timing.samples(), "a millisecond of samples of 50 µs");
    assertEquals(50, timing.quantile(0.5));
    assertEquals(1, heard.getLast());
  }

  @Test
  void quantilesAreSamples() {
    Timing timing = new Timing(List.of(5.0, 1.0, 4.0, 2.0, 3.0), 1);
    assertEquals(1, timing.best());
    assertEquals(3, timing.quantile(0.5));
    assertEquals(5, timing.quantile(0.99));
    assertEquals(3, timing.mean());
    assertEquals(Math.sqrt(2.5), timing.deviation(), 1e-12);
    assertEquals(2e9, timing.perSecond(6), 1e-3);
  }

  @Test
  void anInterruptKeepsWhatWasMeasured() {
    Stopwatch watch = watch(1);
    assertThrows(
        InterruptedWork.class,
        () ->
            watch.time(() -> {
              now += 400_000_000;
              if (watch.samples().size() == 2) {
                Thread.currentThread().interrupt();
              }
              return "";
            }));
    assertTrue(Thread.interrupted());
    assertEquals(3, watch.samples().size());
  }

  @Test
  void noTimeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> watch(0));
    assertThrows(IllegalArgumentException.class, () -> new Timing(List.of(), 1));
  }
}

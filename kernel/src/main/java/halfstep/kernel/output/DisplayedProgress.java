package halfstep.kernel.output;

import halfstep.kernel.spi.DisplayHandle;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Progress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Progress as a display that is replaced in place, at most five times a second, once the work has
 * taken a second.
 */
public final class DisplayedProgress implements Progress {

  private static final long SILENCE_NANOS = 1_000_000_000L;
  private static final long PERIOD_NANOS = 200_000_000L;
  private static final int BAR = 24;

  private final String title;
  private final Function<MimeBundle, DisplayHandle> display;
  private final LongSupplier clock;
  private final long started;
  private @Nullable DisplayHandle handle;
  private long shownAt;
  private double fraction;
  private String detail = "";
  private boolean closed;

  /**
   * Makes a progress whose time begins now.
   *
   * @param title what is being done
   * @param display shows it the first time
   * @param clock nanoseconds, {@code System::nanoTime}
   */
  public DisplayedProgress(
      String title, Function<MimeBundle, DisplayHandle> display, LongSupplier clock) {
    this.title = title;
    this.display = display;
    this.clock = clock;
    this.started = clock.getAsLong();
  }

  @Override
  public synchronized void update(double fraction, String detail) {
    if (closed) {
      return;
    }
    this.fraction = Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0.0, 1.0);
    this.detail = detail;
    long now = clock.getAsLong();
    if (now - started >= SILENCE_NANOS && (handle == null || now - shownAt >= PERIOD_NANOS)) {
      show(now);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed && handle != null) {
      closed = true;
      show(clock.getAsLong());
    }
    closed = true;
  }

  private void show(long now) {
    shownAt = now;
    MimeBundle bundle = bundle(now - started);
    if (handle == null) {
      handle = display.apply(bundle);
    } else {
      handle.update(bundle);
    }
  }

  private MimeBundle bundle(long nanos) {
    String state =
        "%s: %.0f %%%s, %s"
            .formatted(title, 100 * fraction, detail.isEmpty() ? "" : " " + detail, time(nanos));
    int full = (int) Math.round(fraction * BAR);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("text/plain", "[" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + state);
    data.put(
        "text/html",
        "<progress value=\"%.4f\" max=\"1\"></progress> <span>%s</span>"
            .formatted(fraction, state.replace("&", "&amp;").replace("<", "&lt;")));
    return new MimeBundle(data, Map.of());
  }

  private String time(long nanos) {
    if (closed || fraction >= 1) {
      return seconds(nanos) + (closed && fraction < 1 ? ", ended there" : "");
    }
    String left =
        fraction < 0.01
            ? ""
            : ", about %s left".formatted(seconds((long) (nanos * (1 - fraction) / fraction)));
    return seconds(nanos) + left;
  }

  private static String seconds(long nanos) {
    Duration d = Duration.ofNanos(nanos);
    return d.toMinutes() > 0
        ? "%d min %02d s".formatted(d.toMinutes(), d.toSecondsPart())
        : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }
}

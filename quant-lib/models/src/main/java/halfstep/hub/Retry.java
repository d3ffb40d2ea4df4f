package halfstep.hub;

import halfstep.tensor.InterruptedWork;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/**
 * How often and how long to wait before asking again.
 *
 * @param attempts in all; those that brought the work forward do not count
 * @param base the first pause; each further one is twice as long
 * @param longest no pause is longer; a server that asks for more is refused
 */
record Retry(int attempts, Duration base, Duration longest) {

  /** Five attempts within about a quarter of a minute; up to a minute if the hub asks for it. */
  static final Retry USUAL = new Retry(5, Duration.ofSeconds(1), Duration.ofMinutes(1));

  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  /** Whether the same request may be answered otherwise a little later. */
  static boolean mayPass(int status) {
    return PASSING.contains(status);
  }

  /**
   * The pause before the next attempt.
   *
   * @param failures so far, at least 1
   * @param headers of the refusal, which may ask for a time
   */
  Duration pause(int failures, HttpHeaders headers) {
    return headers.firstValue("Retry-After").map(Retry::askedFor).orElse(pause(failures));
  }

  /** The pause before the next attempt where nobody asked for a time. */
  Duration pause(int failures) {
    Duration doubled = base.multipliedBy(1L << Math.min(failures - 1, 16));
    return doubled.compareTo(longest) < 0 ? doubled : longest;
  }

  /** Seconds, or a date as HTTP writes it. */
  private static Duration askedFor(String value) {
    try {
      Duration wait =
          value.strip().matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(value.strip()))
              : Duration.between(
                  Instant.now(),
                  ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ofSeconds(1); // it asks for patience in words of its own
    }
  }

  /** Waits; an interrupt ends the wait at once. */
  static void sleep(Duration pause, String work) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedWork(work);
    }
  }
}

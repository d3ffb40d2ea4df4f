package halfstep.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.backend.KernelRates.History;
import halfstep.testing.ChildJvm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Large work is as fast after a lesson on tiny matrices as in a fresh JVM. It was not: where a loop
 * had hardly ever run, the compiler did not inline what the loop calls, and every vector went
 * through memory for the rest of the JVM's life. Products of few rows were 50 times as slow, errors
 * 43 times.
 */
@Tag("slow")
class KernelHistoryTest {

  /** Most by which a history may slow a kind of work down; the machine's noise is below it. */
  private static final double MOST = 2;

  /** How long each kind is measured; longer if that was not enough. */
  private static final int[] MILLIS = {500, 3000};

  @Test
  void tinyWorkSpoilsNoKernel() {
    assumeTrue(
        Backends.available().getFirst().name().equals("vector"),
        "this JVM runs without the Vector API");
    Map<String, String> slow = Map.of();
    for (int millis : MILLIS) {
      slow = slower(rates(History.NONE, millis), rates(History.TINY, millis));
      if (slow.isEmpty()) {
        break;
      }
    }
    assertEquals(Map.of(), slow, "after tiny work");
  }

  private static Map<String, String> slower(Map<String, Long> fresh, Map<String, Long> after) {
    Map<String, String> slow = new LinkedHashMap<>();
    fresh.forEach((name, nanos) -> {
      long later = after.getOrDefault(name, Long.MAX_VALUE);
      if (later > MOST * nanos) {
        slow.put(name, "%d ns, fresh %d ns".formatted(later, nanos));
      }
    });
    return slow;
  }

  private static Map<String, Long> rates(History history, int millis) {
    String text =
        ChildJvm.printed(List.of(), KernelRates.class, history.name(), Integer.toString(millis));
    Map<String, Long> rates = new LinkedHashMap<>();
    text.lines()
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          rates.put(line.substring(0, space), Long.valueOf(line.substring(space + 1)));
        });
    assertEquals(8, rates.size(), text);
    return rates;
  }
}

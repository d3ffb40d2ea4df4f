package halfstep.kernel.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionHistoryTest {

  private final SessionHistory history = new SessionHistory();

  @BeforeEach
  void fill() {
    int number = 1;
    for (String cell : List.of("a(1)", "b", "a(2)", "b")) {
      history.add(new SessionHistory.Entry(number++, cell, null));
    }
  }

  private static List<Integer> numbers(List<SessionHistory.Entry> entries) {
    return entries.stream().map(SessionHistory.Entry::number).toList();
  }

  @Test
  void tailRangeAndSearch() {
    assertEquals(List.of(3, 4), numbers(history.tail(2)));
    assertEquals(List.of(1, 2, 3, 4), numbers(history.tail(99)));
    assertEquals(List.of(2, 3), numbers(history.range(2, 4)));
    assertEquals(List.of(1, 3), numbers(history.search("a(?)", -1, false)));
    assertEquals(List.of(3, 4), numbers(history.search("*", 2, true)));
    assertEquals(List.of(), numbers(history.search("a", -1, false)));
  }

  @Test
  void globsAreWholeCells() {
    assertTrue(SessionHistory.matches("", ""));
    assertTrue(SessionHistory.matches("**", ""));
    assertTrue(SessionHistory.matches("a*c?", "abcbcd"));
    assertTrue(SessionHistory.matches("*\\E[.*", "x\\E[.\n"));
    assertFalse(SessionHistory.matches("a*c", "abcb"));
    assertFalse(SessionHistory.matches("?", ""));
    assertFalse(SessionHistory.matches("a", "ab"));
  }

  /** As a regular expression this one would outlive us. */
  @Test
  void aGlobOfManyStarsEnds() {
    history.add(new SessionHistory.Entry(5, "a".repeat(20_000), null));
    List<SessionHistory.Entry> found =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> history.search("*a".repeat(30) + "*b", -1, false));
    assertEquals(List.of(), found);
  }
}

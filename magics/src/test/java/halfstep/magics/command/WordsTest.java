package halfstep.magics.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void blanksPartWordsAndQuotesKeepThemTogether() {
    assertEquals(List.of("a", "b c", "d'e", "f g"), Words.of("  a 'b c' \"d'e\"  f\\ g "));
    assertEquals(List.of(), Words.of("   "));
    assertEquals(List.of("a b"), Words.of("a' 'b"));
  }

  @Test
  void knowsWhereTheLastWordBegins() {
    assertEquals(new Words(List.of("start", "0.d"), 6, false), Words.upTo("start 0.d"));
    assertEquals(new Words(List.of("start", ""), 6, false), Words.upTo("start "));
  }

  @Test
  void refusesAnOpenQuote() {
    assertTrue(Words.upTo("a 'b").open());
    UsageException refusal = assertThrows(UsageException.class, () -> Words.of("a 'b"));
    assertEquals("the quote in \"a 'b\" is never closed", refusal.getMessage());
  }
}

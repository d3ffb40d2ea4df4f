package halfstep.kernel.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.kernel.spi.Refusal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void splitsAtWhiteSpace() {
    assertEquals(List.of("a", "--bits", "4"), Words.split("  a --bits\t4 "));
    assertEquals(List.of(), Words.split("  "));
  }

  @Test
  void quotesKeepSpaces() {
    assertEquals(List.of("a b", "c d", ""), Words.split("\"a b\" 'c d' \"\""));
    assertEquals(List.of("--name=a b"), Words.split("--name=\"a b\""));
    assertEquals(List.of("say \"hi\"", "a\\b"), Words.split("\"say \\\"hi\\\"\" 'a\\b'"));
  }

  @Test
  void backslashesProtectAndPathsStay() {
    assertEquals(List.of("a b", "C:\\models\\x", "\\"), Words.split("a\\ b C:\\models\\x \\\\"));
  }

  @Test
  void anOpenQuoteIsRefused() {
    Refusal refused = assertThrows(Refusal.class, () -> Words.split(" a \"b c"));
    assertEquals("UnclosedQuote", refused.name());
    assertEquals(
        "the quote \" that opens at column 4 is not closed: a \"b c", refused.getMessage());
  }

  @Test
  void nearestNameIsFound() {
    List<String> known = List.of("hqq", "awq", "bench", "load");
    assertEquals(Optional.of("bench"), Nearest.of("bnech", known));
    assertEquals(Optional.of("hqq"), Nearest.of("hq", known));
    assertEquals(Optional.empty(), Nearest.of("zzzzzz", known));
    assertEquals(3, Nearest.distance("kitten", "sitting"));
  }
}

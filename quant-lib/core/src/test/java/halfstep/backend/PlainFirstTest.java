package halfstep.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Who does what comes first. */
class PlainFirstTest {

  private final PlainFirst<String> twins = new PlainFirst<>("plain", "own", 80);

  @Test
  void plainLoopsDoWhatIsSmallUntilItIsMuch() {
    for (int i = 0; i < 8; i++) {
      assertEquals("plain", twins.next(10));
    }
    assertEquals("own", twins.next(1));
    assertEquals("own", twins.next(1));
  }

  @Test
  void largeWorkDoesNotBeginWithThem() {
    assertEquals("own", twins.next(81));
    assertEquals("own", twins.next(1), "compiled by then");
  }
}

package halfstep.kernel.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.kernel.spi.MimeBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DisplayedProgressTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong clock = new AtomicLong();
  private final List<String> shown = new ArrayList<>();
  private final DisplayedProgress progress =
      new DisplayedProgress(
          "Solving",
          first -> {
            add(first);
            return this::add;
          },
          clock::get);

  private void add(MimeBundle bundle) {
    shown.add(String.valueOf(bundle.data().get("text/plain")).replaceFirst("^\\[[#.]*] ", ""));
  }

  @Test
  void shortWorkShowsNothing() {
    progress.update(0.5, "half");
    clock.set(SECOND / 2);
    progress.close();
    assertEquals(List.of(), shown);
  }

  @Test
  void longWorkShowsAtMostFiveStatesASecondAndItsLast() {
    for (int i = 0; i <= 400; i++) {
      clock.set(i * SECOND / 100);
      progress.update(i / 400.0, "row " + i);
    }
    progress.close();
    assertEquals("Solving: 25 % row 100, 1.0 s, about 3.0 s left", shown.getFirst());
    assertEquals("Solving: 100 % row 400, 4.0 s", shown.getLast());
    assertEquals(17, shown.size());
  }

  @Test
  void workThatEndsEarlySaysSo() {
    clock.set(2 * SECOND);
    progress.update(0.4, "");
    progress.close();
    progress.close();
    assertEquals("Solving: 40 %, 2.0 s, ended there", shown.getLast());
    assertEquals(2, shown.size());
  }
}

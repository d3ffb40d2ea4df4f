package halfstep.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import halfstep.testing.ChildJvm;
import java.util.List;

/** Runs an experiment in Java machines of their own, which see one processor or two. */
public final class ThreadCounts {

  private ThreadCounts() {}

  /**
   * Fails unless a program prints the same on one processor and on two.
   *
   * @param main prints the experiment's figures, bit for bit
   */
  public static void assertSame(Class<?> main) {
    String one = printed(1, main);
    assertFalse(one.isBlank(), "nothing was printed");
    assertEquals(one, printed(2, main));
  }

  private static String printed(int processors, Class<?> main) {
    return ChildJvm.printed(List.of("-XX:ActiveProcessorCount=" + processors), main);
  }
}

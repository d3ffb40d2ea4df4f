import java.lang.foreign.Arena;
import java.util.Arrays;

/** How long one thread is busy with giving out memory for 16 M codes: it clears all of it. */
public final class Zeroing {

  public static void main(String[] args) {
    double[] milliseconds = new double[61];
    for (int i = 0; i < milliseconds.length; i++) {
      long begun = System.nanoTime();
      try (Arena arena = Arena.ofShared()) {
        arena.allocate(4096 * 4096, 64);
        milliseconds[i] = (System.nanoTime() - begun) / 1e6;
      }
    }
    Arrays.sort(milliseconds);
    System.out.printf(
        "%.1f ms (middle half %.1f to %.1f)%n", milliseconds[30], milliseconds[15], milliseconds[45]);
  }
}

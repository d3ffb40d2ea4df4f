package halfstep.kernel.spi;

import java.util.List;

/**
 * What could stand in place of a part of a line.
 *
 * @param start where the replaced part begins, an offset into the text that was asked about
 * @param end where it ends, exclusive
 * @param matches whole replacements for that part, best first
 */
public record Completion(int start, int end, List<String> matches) {

  /** Copies the list. */
  public Completion {
    matches = List.copyOf(matches);
  }
}

package halfstep.fuzz;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What each build does with a target: always the same inputs, and all former finds. */
public final class ShortRun {

  private ShortRun() {}

  /**
   * Gives changed inputs.
   *
   * @param runs how many
   * @throws Finding if one broke a promise
   */
  public static void changed(FuzzTarget target, int runs) {
    Guard guard = new Guard(target);
    Mutator mutator = new Mutator(1, target.words());
    List<byte[]> seeds = target.seeds();
    for (int i = 0; i < runs; i++) {
      byte[] input = mutator.next(seeds, target.parts());
      try {
        guard.check(input);
      } catch (Finding finding) {
        throw new Finding(
            "%s, input %d: %s".formatted(target.name(), i, finding.getMessage()), finding);
      }
    }
  }

  /**
   * Gives what was found before: the resources {@code /fuzz/TARGET/*}.
   *
   * @param test whose resources they are
   * @throws Finding if one is found again
   */
  public static void finds(FuzzTarget target, Class<?> test)
      throws IOException, URISyntaxException {
    URL found = test.getResource("/fuzz/" + target.name());
    if (found == null) {
      return; // nothing was found in this reader
    }
    Guard guard = new Guard(target);
    try (Stream<Path> files = Files.list(Path.of(found.toURI()))) {
      for (Path file : files.sorted().toList()) {
        guard.check(Files.readAllBytes(file));
      }
    }
  }

  /** What became of the valid inputs, the first of them first. */
  public static List<String> seeds(FuzzTarget target) {
    Guard guard = new Guard(target);
    return target.seeds().stream().map(guard::check).toList();
  }
}

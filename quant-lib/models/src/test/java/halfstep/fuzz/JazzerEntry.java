package halfstep.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where Jazzer enters: it calls {@code fuzzerTestOneInput} with inputs that its coverage suggests.
 * The properties {@code fuzz.target} and {@code fuzz.folder} say whom and where.
 */
public final class JazzerEntry {

  private static @Nullable Guard guard;

  private JazzerEntry() {}

  /**
   * Makes the target and lets it read its first seed, which every target can read: classes are
   * instrumented when they are loaded, and that is no time or memory of an input.
   */
  public static void fuzzerInitialize() throws Exception {
    FuzzTarget target = Targets.named(System.getProperty("fuzz.target", "safetensors"), folder());
    target.take(target.seeds().getFirst());
    guard = new Guard(target);
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory(
          Path.of(System.getProperty("fuzz.folder", System.getProperty("java.io.tmpdir"))), "fuzz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] input) {
    Objects.requireNonNull(guard, "fuzzerInitialize comes first").check(input);
  }
}

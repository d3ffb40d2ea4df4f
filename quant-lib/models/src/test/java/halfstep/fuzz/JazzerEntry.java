package halfstep.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where Jazzer enters: it calls {@code fuzzerTestOneInput} with inputs that its coverage suggests.
 * The properties {@code fuzz.target} and {@code fuzz.folder} say whom and where.
 */
public final class JazzerEntry {

  private static final Guard GUARD = guard();

  private JazzerEntry() {}

  private static Guard guard() {
    Path folder = folder();
    return new Guard(Targets.named(System.getProperty("fuzz.target", "safetensors"), folder));
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
    GUARD.check(input);
  }
}

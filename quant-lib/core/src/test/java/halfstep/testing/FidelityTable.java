package halfstep.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.junit.jupiter.api.Assertions;

/**
 * The table golden × tolerance × worst deviation: each row is printed, kept in {@code
 * target/fidelity.tsv}, must hold, and must stand in {@code docs/fidelity.md} with its tolerance.
 */
public final class FidelityTable {

  private static final Path FILE = Path.of("target", "fidelity.tsv");

  /** Set while rows are gathered for a new page: {@code -Dfidelity=write}. */
  private static final boolean WRITING = "write".equals(System.getProperty("fidelity"));

  private static final FidelityPage PAGE = FidelityPage.read(FidelityPage.FROM_MODULE);

  static {
    // the file holds what the last run left, so that rows of tests long gone do not stay
    delete(FILE);
  }

  private FidelityTable() {}

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds a row.
   *
   * @param golden the reference file and key
   * @param quantity what is compared
   * @param tolerance the largest deviation allowed
   * @param worst the largest deviation seen
   */
  public static void row(String golden, String quantity, double tolerance, double worst) {
    FidelityRow row = new FidelityRow(golden, quantity, tolerance, worst);
    System.out.printf(
        Locale.ROOT,
        "fidelity  %-28s %-22s ≤ %-8.1e worst %.3e%n",
        golden,
        quantity,
        tolerance,
        worst);
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(
          FILE,
          row.tsv() + System.lineSeparator(),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!WRITING) {
      PAGE.fault(row).ifPresent(Assertions::fail);
    }
    assertTrue(worst <= tolerance, () -> golden + ": " + quantity + " deviates by " + worst);
  }
}

package halfstep.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * The table golden × tolerance × worst deviation: each row is printed, kept in {@code
 * target/fidelity.tsv}, and must hold.
 */
public final class FidelityTable {

  private static final Path FILE = Path.of("target", "fidelity.tsv");

  private FidelityTable() {}

  /**
   * Adds a row.
   *
   * @param golden the reference file and key
   * @param quantity what is compared
   * @param tolerance the largest deviation allowed
   * @param worst the largest deviation seen
   */
  public static void row(String golden, String quantity, double tolerance, double worst) {
    String line =
        String.format(Locale.ROOT, "%s\t%s\t%.1e\t%.3e%n", golden, quantity, tolerance, worst);
    System.out.printf(
        Locale.ROOT,
        "fidelity  %-28s %-22s ≤ %-8.1e worst %.3e%n",
        golden,
        quantity,
        tolerance,
        worst);
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertTrue(worst <= tolerance, () -> golden + ": " + quantity + " deviates by " + worst);
  }
}

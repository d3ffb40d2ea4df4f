package halfstep.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The page {@code docs/fidelity.md}: golden × quantity × tolerance × worst deviation. Written from
 * the rows that tests leave in {@code target/fidelity.tsv}; every later run checks its own rows
 * against it.
 */
public final class FidelityPage {

  /** The page as tests see it, which run in a module's folder. */
  static final Path FROM_MODULE = Path.of("..", "..", "docs", "fidelity.md");

  private static final String HEAD =
      """
      # Fidelity: how far from the reference libraries

      Every row is a test: vectors made by the real library (scripts beside them, in
      `quant-lib/core/src/test/resources/golden/scripts`), what is compared, the largest deviation the
      test allows, and the largest it saw, rounded up to one digit so that it is the same on every
      machine. 0 is equal, bit for bit. A test fails when its row is missing here or has another
      tolerance. To write the page anew, in the repository's root:

          ./mvnw -pl quant-lib/core,quant-lib/models -am test -Dfidelity=write
          java -cp quant-lib/core/target/test-classes halfstep.testing.FidelityPage \\
              docs/fidelity.md quant-lib/*/target/fidelity.tsv

      """;

  private final SortedMap<String, FidelityRow> rows = new TreeMap<>();

  /** Writes the page: the page's path, then the files with the rows. */
  public static void main(String[] arguments) throws IOException {
    FidelityPage page = new FidelityPage();
    for (String file : Arrays.asList(arguments).subList(1, arguments.length)) {
      for (String line : Files.readAllLines(Path.of(file))) {
        page.add(FidelityRow.ofLine(line));
      }
    }
    Files.writeString(Path.of(arguments[0]), page.text());
  }

  /** The page on disk; without rows if there is none yet. */
  static FidelityPage read(Path path) {
    FidelityPage page = new FidelityPage();
    try {
      for (String line : Files.exists(path) ? Files.readAllLines(path) : List.<String>of()) {
        FidelityRow.ofPage(line).ifPresent(page::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page;
  }

  /** Adds a row; a later one of the same name takes its place. */
  void add(FidelityRow row) {
    rows.put(row.name(), row);
  }

  /**
   * What is wrong with a row that ran.
   *
   * @return a sentence, or nothing if the page says the same or more
   */
  Optional<String> fault(FidelityRow ran) {
    FidelityRow written = rows.get(ran.name());
    if (written == null) {
      return Optional.of(
          "docs/fidelity.md has no row for %s; its head says how to write it anew".formatted(ran));
    }
    if (Double.compare(written.tolerance(), ran.tolerance()) != 0) {
      return Optional.of(
          "docs/fidelity.md says %s, but the test allows %s; its head says how to write it anew"
              .formatted(written, FidelityRow.number(ran.tolerance())));
    }
    return Optional.empty();
  }

  /** The page, a table for each folder of goldens, rows in the order of their names. */
  String text() {
    StringBuilder text = new StringBuilder(HEAD.stripTrailing()).append('\n');
    String folder = "";
    for (FidelityRow row : rows.values()) {
      if (!row.folder().equals(folder)) {
        folder = row.folder();
        text.append("\n## %s\n| golden | compared | tolerance | worst |\n".formatted(folder))
            .append("|---|---|---|---|\n");
      }
      text.append(row.line()).append('\n');
    }
    return text.toString();
  }

  /** A figure to one significant digit, away from 0. */
  static double roundedUp(double figure) {
    return figure == 0
        ? 0
        : BigDecimal.valueOf(figure).round(new MathContext(1, RoundingMode.UP)).doubleValue();
  }
}

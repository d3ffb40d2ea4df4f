package halfstep.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FidelityPageTest {

  private static final FidelityRow ROW = new FidelityRow("hqq/x", "zeros / |z|", 1.5e-4, 2.31e-7);

  @ParameterizedTest
  @CsvSource({"2.31e-7, 3e-07", "2e-7, 2e-07", "9.01e-5, 1e-04", "0, 0", "12, 20", "1, 1"})
  void figuresAreRoundedUpToOneDigit(double worst, String shown) {
    assertEquals(shown, FidelityRow.number(FidelityPage.roundedUp(worst)));
  }

  @Test
  void aRowSurvivesFileAndPage(@TempDir Path folder) throws IOException {
    assertEquals(ROW, FidelityRow.ofLine(ROW.tsv()));
    assertEquals("| hqq/x | zeros / \\|z\\| | 1.5e-04 | 3e-07 |", ROW.line());
    assertEquals(
        Optional.of(new FidelityRow("hqq/x", "zeros / |z|", 1.5e-4, 3e-7)),
        FidelityRow.ofPage(ROW.line()));
    assertEquals(Optional.empty(), FidelityRow.ofPage("| golden | compared | tolerance | worst |"));
    Path tsv = Files.writeString(folder.resolve("rows.tsv"), ROW.tsv() + "\n");
    Path page = folder.resolve("page.md");
    FidelityPage.main(new String[] {page.toString(), tsv.toString()});
    assertEquals(Optional.empty(), FidelityPage.read(page).fault(ROW));
    assertTrue(Files.readString(page).endsWith(ROW.line() + "\n"), Files.readString(page));
  }

  @Test
  void theOrderIsThatOfTheNames() {
    FidelityPage page = new FidelityPage();
    for (String name : List.of("pack/a", "hqq/b", "hqq/a", "hqq/b")) {
      page.add(new FidelityRow(name, "codes", 0, 0));
    }
    List<String> lines =
        page.text().lines().filter(line -> line.matches("## .*|\\| \\w+/.*")).toList();
    assertEquals(
        List.of(
            "## hqq",
            "| hqq/a | codes | 0 | 0 |",
            "| hqq/b | codes | 0 | 0 |",
            "## pack",
            "| pack/a | codes | 0 | 0 |"),
        lines);
  }

  @Test
  void aMissingOrOtherToleranceIsAFault(@TempDir Path folder) {
    FidelityPage empty = FidelityPage.read(folder.resolve("none.md"));
    assertEquals(
        Optional.of(
            "docs/fidelity.md has no row for hqq/x, zeros / |z| ≤ 1.5e-04; its head says how to"
                + " write it anew"),
        empty.fault(ROW));
    empty.add(new FidelityRow(ROW.golden(), ROW.quantity(), 1e-3, 0));
    assertEquals(
        Optional.of(
            "docs/fidelity.md says hqq/x, zeros / |z| ≤ 1e-03, but the test allows 1.5e-04; its"
                + " head says how to write it anew"),
        empty.fault(ROW));
  }
}

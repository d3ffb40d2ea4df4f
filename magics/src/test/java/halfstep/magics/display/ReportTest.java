package halfstep.magics.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.kernel.spi.MimeBundle;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class ReportTest {

  private final Report<Integer> report =
      new Report<>(
          "Title & more",
          Table.create(
              StringColumn.create("ŵ <name>", "a", "long one"),
              DoubleColumn.create("n", 1.5, 20.25)),
          List.of("A note."),
          7,
          "java.lang.Integer");

  @Test
  void textIsAlignedWithNumbersToTheRight() {
    assertEquals(
        """
        Title & more

        ŵ <name>      n
        ────────  ─────
        a           1.5
        long one  20.25

        A note.\
        """,
        report.toString());
  }

  @Test
  void htmlTakesItsColoursFromThePage() {
    MimeBundle bundle = report.bundle();
    String html = String.valueOf(bundle.data().get("text/html"));
    assertTrue(html.contains("color:inherit"));
    assertFalse(html.contains("#"), "no colour of its own");
    assertTrue(html.contains("ŵ &lt;name&gt;"));
    assertTrue(html.contains("text-align:right;white-space:nowrap\">20.25</td>"), html);
    assertTrue(html.contains("text-align:left;white-space:nowrap\">long one</td>"));
    assertEquals(report.toString(), bundle.data().get("text/plain"));
  }

  @Test
  void withoutRowsOnlyTheSentencesRemain() {
    Report<Integer> bare = new Report<>("x = 1", Table.create(), List.of(), 1, "Integer");
    assertEquals("x = 1", bare.toString());
    assertEquals("x = 1\n\nMore.", bare.withNote("More.").toString());
  }
}

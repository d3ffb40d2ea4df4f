package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code %report}: one page of what was shown. */
class ReportCommandTest {

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());
  @TempDir private Path folder;

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  private String page(String name, String... options) throws IOException {
    Path file = folder.resolve(name);
    Report<?> report = run("report '%s' %s".formatted(file, String.join(" ", options)));
    assertEquals(file, assertInstanceOf(Path.class, report.value()));
    return Files.readString(file);
  }

  @BeforeEach
  void load() {
    run("load natural");
  }

  @Test
  void thePageHoldsTablesAndCharts() throws IOException {
    run("bench 0.down_proj --methods rtn,hqq --bits 3 --tokens 256");
    String page = page("one.html", "--title 'What <rounding> costs'");
    assertTrue(page.contains("<h1>What &lt;rounding&gt; costs</h1>"), "the title is text");
    assertTrue(page.contains("<pre class=\"line\">%load natural</pre>"));
    assertTrue(page.contains("%bench 0.down_proj --methods rtn,hqq --bits 3 --tokens 256</pre>"));
    assertTrue(page.contains("<table"));
    assertTrue(page.contains("<svg") || page.contains("src=\"data:image/png;base64,"));
    assertFalse(page.contains("<script"), "a page for everybody");
    assertFalse(
        page.replace("http://www.w3.org/", "").contains("http"), "that needs no other file");
    assertTrue(page.contains("Model: natural, "));
  }

  @Test
  void theSameCellsGiveTheSamePageAgain() throws IOException {
    run("show layer 0.down_proj");
    String first = page("one.html");
    assertEquals(first, page("again.html"), "a report alone changes nothing");
    run("load natural");
    run("show layer 0.down_proj");
    assertEquals(first, page("two.html"));
  }

  @Test
  void whatShowsNothingIsNotInIt() throws IOException {
    run("show layer 0.down_proj --quiet");
    assertThrows(Refusal.class, () -> run("show layer nothing"));
    run("help");
    String page = page("one.html");
    assertFalse(page.contains("%show"), page);
    assertFalse(page.contains("%help"), page);
  }

  @Test
  void anEmptySessionHasNothingToReport() {
    Session empty = new Session(Folders.ofThisProcess());
    String sentence =
        assertThrows(Refusal.class, () -> Runner.run(host, empty, "report", List.of("x.html")))
            .getMessage();
    assertTrue(String.valueOf(sentence).startsWith("there is nothing to report yet"), sentence);
  }
}

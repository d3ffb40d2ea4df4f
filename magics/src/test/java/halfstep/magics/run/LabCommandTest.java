package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.lab.sensitivity.Sensitivity;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.tensor.InterruptedWork;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code %lab} on the embedded models: what a reader sees of an experiment. */
class LabCommandTest {

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  @BeforeEach
  void load() {
    run("load natural");
  }

  private void assertShown(String... parts) {
    Map<String, Object> data = host.shown.getLast().data();
    String html = String.valueOf(data.get("text/html"));
    for (String part : parts) {
      assertTrue(html.contains(part), part);
    }
    assertTrue(String.valueOf(data.get("text/plain")).startsWith("Chart: "), "words beside it");
  }

  @Test
  void sensitivityShowsEveryPartAndTestsTheClaim() {
    Report<?> report = run("lab sensitivity --tokens 256 --ctx 64 --as found");
    Sensitivity found = assertInstanceOf(Sensitivity.class, host.variables.get("found"));
    assertEquals(5 * 7 + 7 + 5 + 1, report.table().rowCount());
    assertEquals(found.parts().size(), report.table().rowCount());
    assertShown("block 4", "all at once", "down_proj", "<svg ");
    String text = report.toString();
    assertTrue(text.contains("\"o_proj and down_proj are the most sensitive\""), text);
    assertTrue(text.contains("weight for weight"), text);
    assertTrue(text.contains("Evaluated on 256 tokens of "), text);
    assertEquals(1, host.progress.getLast());
  }

  @Test
  void anInterruptShowsWhatIsKnown() {
    host.interruptAtUpdate = 45;
    assertThrows(InterruptedWork.class, () -> run("lab sensitivity --tokens 256 --ctx 64"));
    assertTrue(Thread.interrupted(), "the flag stays set");
    String shown = String.valueOf(host.shown.getLast().data().get("text/plain"));
    assertTrue(shown.contains("Interrupted: "), shown);
  }
}

package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Evaluation;
import halfstep.eval.EvaluationRow;
import halfstep.kernel.spi.Refusal;
import halfstep.llm.Model;
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

/** {@code %eval} and {@code %plant} on the embedded models. */
class EvaluateCommandTest {

  private static final int[] SOME = {2, 3, 5, 7, 11, 13};

  @TempDir private Path folder = Path.of("");

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

  @Test
  void aRowPerTextAndOneForAllOfThem() throws IOException {
    Path csv = folder.resolve("rows.csv");
    Report<?> report =
        run(
            "eval --text prose.txt --text code=java.txt --ctx 64 --max-tokens 512"
                + " --against salient --csv '%s' --as rows".formatted(csv));
    Evaluation evaluation = assertInstanceOf(Evaluation.class, host.variables.get("rows"));
    assertEquals(
        List.of("prose", "code", "all"),
        evaluation.rows().stream().map(EvaluationRow::domain).toList());
    EvaluationRow all = evaluation.overall("natural");
    assertEquals(2 * 8 * 63, all.perplexity().predictions());
    assertTrue(all.divergence().orElseThrow().meanKl() > 0);
    assertEquals(4, Files.readAllLines(csv).size());
    assertTrue(report.toString().contains("mean KL (nats)"), report.toString());
    assertTrue(report.toString().contains("half of the predictions"), report.toString());
    assertEquals(1, host.progress.getLast(), 1e-9);
  }

  @Test
  void twoVariantsArePaired() {
    String text =
        run("eval --text prose.txt --ctx 64 --max-tokens 512 --against natural --versus salient")
            .toString();
    assertTrue(text.contains("natural is closer to the reference"), text);
  }

  @Test
  void aPlantedModelSaysTheSameAndIsLabelled() {
    Model before = session.model().running("the test");
    Report<?> report = run("plant --sigma 0.5 --seed 3");
    Model planted = session.model().running("the test");
    assertArrayEquals(values(before), values(planted));
    assertTrue(report.toString().contains("favours AWQ by construction"), report.toString());
    assertTrue(report.toString().contains("natural-planted"), report.toString());
    run("plant --sigma 0.5 --seed 3 --undo");
    assertArrayEquals(values(before), values(session.model().running("the test")));
  }

  private static float[] values(Model model) {
    return model.logits(SOME).row(SOME.length - 1);
  }

  @Test
  void refusesWhatCannotBeDone() {
    assertTrue(refused("plant --sigma 0").contains("above 0"));
    assertTrue(refused("eval --text nowhere.txt").contains("nowhere.txt"));
    assertTrue(refused("eval --protocol lama --text prose.txt").contains("lama"));
  }

  private String refused(String line) {
    return String.valueOf(assertThrows(Refusal.class, () -> run(line)).getMessage());
  }
}

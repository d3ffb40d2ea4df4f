package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.Protection;
import halfstep.awq.SalienceOverlap;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What commands show, on the embedded models. */
class ViewsTest {

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  @BeforeEach
  void load() {
    run("load salient");
  }

  /** The SVG of the last figure, with real words and a title. */
  private String html() {
    Map<String, Object> data = host.shown.getLast().data();
    String html = String.valueOf(data.get("text/html"));
    for (String part : List.of("<svg ", "<text ", "<title>", "<desc>", "data:image/svg+xml")) {
      assertTrue(html.contains(part), part);
    }
    assertTrue(data.containsKey("image/png"), "a PNG beside it");
    assertTrue(String.valueOf(data.get("text/plain")).startsWith("Chart: "), "words beside it");
    return html;
  }

  private void assertShows(String... parts) {
    String html = html();
    Stream.of(parts).forEach(part -> assertTrue(html.contains(part), part));
  }

  @Test
  void aWalkIsPlayed() {
    Matrix w = session.model().weight("model.layers.0.mlp.down_proj");
    host.variables.put("big", w.combine(w, (a, _) -> 30 * a));
    run("hqq start --weights big --bits 2");
    assertShows("iteration 0: objective mean |w − ŵ|^p ", "64 weights of the group");
    run("hqq step --to 3");
    assertShows("iteration 3: objective", "error / error at the start");
    int steps = run("hqq run").table().rowCount();
    assertShows("class=\"halfstep-player\"", "the steps one by one", "codes flipped");
    assertEquals(steps, html().split("class=\"frame\"", -1).length - 1);
  }

  @Test
  void productsAreMeasuredBesideTheMachinesLimits() {
    Report<?> report =
        run("bench matvec --bits 3,4 --rows 1,4 --size 256 --seconds 0.005 --as rates");
    assertShows("memory gives ", "products reach ", "× 4", "3 bit g64", "float32");
    assertEquals(6, report.table().rowCount());
    assertEquals(6, assertInstanceOf(List.class, host.variables.get("rates")).size());
    assertTrue(report.toString().contains("The machine reads "), report::toString);
  }

  @Test
  void whatIsNoProductIsRefused() {
    for (String line :
        List.of(
            "bench matvec --methods rtn",
            "bench matvec --text prose.txt",
            "bench matvec --size 100 --group 64",
            "bench matvec --rows 0",
            "bench matvec --seconds 0",
            "bench matvec --group tensor",
            "bench down_proj --rows 4")) {
      assertEquals("UsageException", assertThrows(Refusal.class, () -> run(line)).name(), line);
    }
  }

  @Test
  void salienceIsAnUnequalSociety() {
    Report<?> report = run("awq salience 0.q_proj --tokens 256");
    assertShows("Gini 0.", "strongest channels, mean |x|", "median channel");
    assertTrue(report.toString().contains("Lorenz curve of 128 channels, Gini 0."));
    assertEquals(4, run("awq salience 0 --tokens 256").table().doubleColumn("Gini").size());
    assertShows("what the strongest 1 % carry", "gate_proj, up_proj");
  }

  @Test
  void activationsChooseBestWhomToProtect() {
    Report<?> report =
        run("awq protect 0.gate_proj --bits 3 --keep 0.03 --tokens 512 --as protection");
    Protection protection = assertInstanceOf(Protection.class, report.value());
    assertEquals("halfstep.awq.Protection", host.types.get("protection"));
    assertEquals(4, protection.kept());
    double loudest = protection.byActivation().relative();
    assertTrue(loudest < 0.9 * protection.byWeight().relative(), protection.toString());
    assertTrue(
        protection.atRandom().stream().allMatch(draw -> loudest < 0.9 * draw.relative()),
        protection.toString());
    assertShows("kept by activation", "kept at random", "relative error of the output");
    assertEquals(4, report.table().rowCount());
    assertEquals(
        protection.byActivation().relative() / protection.none().relative(),
        report.table().doubleColumn("of that without").getDouble(3),
        1e-12);
  }

  @Test
  void twoTextsAreCompared() {
    Report<?> report =
        run("awq compare 0.q_proj --with java.txt --top 0.03 --tokens 512 --as overlap");
    SalienceOverlap overlap = assertInstanceOf(SalienceOverlap.class, report.value());
    assertEquals(4, overlap.top());
    assertTrue(overlap.spearman() > 0.5 && overlap.spearman() < 1, overlap.toString());
    assertShows("only on java.txt", "Jaccard ", "mean |x| on calibration.txt");
    Report<?> same = run("awq compare 0.q_proj --with calibration.txt --tokens 512");
    assertEquals(1, same.table().doubleColumn("Jaccard").getDouble(0));
  }

  @Test
  void alphaCurvesTellHowSureTheChoiceIs() {
    run("awq search 0 --bits 3 --grid 4 --tokens 512 --ctx 128");
    assertShows("q_proj, k_proj, v_proj", "plain rounding", "(95 %: ", "loudest: channel ");
  }

  @Test
  void errorsOfLayersTellTheirFigures() {
    run("bench o_proj --methods rtn,hqq --bits 3 --tokens 256");
    assertShows(
        "error of the weights", "error of the output", "<title>0.o_proj, hqq 3 bit g64: 0.");
  }

  @Test
  void modelsCompeteInBitsAndLoss() {
    run("bench model --methods rtn --bits 3,8 --tokens 128");
    assertShows("effective bits per weight", "beaten by none", " bits per weight, KL ");
  }
}

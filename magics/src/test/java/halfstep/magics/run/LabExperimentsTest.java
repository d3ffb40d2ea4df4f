package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.kernel.spi.Refusal;
import halfstep.lab.draft.DraftStudy;
import halfstep.lab.experts.ExpertStudy;
import halfstep.lab.logic.JavaParser.Verdict;
import halfstep.lab.logic.LogicStudy;
import halfstep.lab.lora.LoraStudy;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.tensor.InterruptedWork;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Experts, drafts, adapters, Java and fused products on the embedded models, made small. */
class LabExperimentsTest {

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  private String refusal(String line) {
    return String.valueOf(assertThrows(Refusal.class, () -> run(line)).getMessage());
  }

  private void assertCharts(long wanted) {
    long charts =
        host.shown.stream()
            .map(bundle -> String.valueOf(bundle.data().get("text/plain")))
            .filter(text -> text.startsWith("Chart: "))
            .count();
    assertEquals(wanted, charts);
  }

  @Test
  void expertsShowWhomTextsReachAndWhatFewTokensCost() {
    run("load experts");
    Report<?> report = run("lab experts --tokens 1024 --ctx 128 --sizes 64,256 --as study");
    ExpertStudy study = assertInstanceOf(ExpertStudy.class, host.variables.get("study"));
    assertEquals(18, report.table().rowCount());
    assertEquals(List.of("prose", "java"), study.coverage().texts());
    assertEquals(6, study.bySize().size());
    assertEquals(5, study.mixed().size());
    assertCharts(2);
    String text = report.toString();
    assertTrue(text.contains("Starved, with fewer than 64 tokens"), text);
    assertTrue(text.contains("total variation"), text);
    assertEquals(1, host.progress.getLast(), 1e-9);
    host.progress.clear();
    host.interruptAtUpdate = 3;
    assertThrows(InterruptedWork.class, () -> run("lab experts --tokens 1024 --ctx 128"));
    assertTrue(Thread.interrupted());
  }

  @Test
  void draftsAreKeptAndWriteWhatTheModelWould() {
    run("load natural");
    Report<?> report =
        run(
            "lab draft --drafts rtn2,hqq4 --texts 4 --length 40 --samples 300 --seconds 0.01"
                + " --as study");
    DraftStudy study = assertInstanceOf(DraftStudy.class, host.variables.get("study"));
    assertEquals(2, report.table().rowCount());
    assertTrue(
        study.rows().getFirst().acceptance().value() < study.rows().getLast().acceptance().value());
    assertCharts(2);
    assertTrue(report.toString().contains("no difference found"), report.toString());
    assertEquals(
        "--drafts fp: the model needs no draft that is itself; name quantized forms such as hqq3",
        refusal("lab draft --drafts fp"));
  }

  @Test
  void fineTuningIsKeptOnAQuantizedBase() {
    run("load natural");
    Report<?> report =
        run("lab lora --bases hqq,awq --steps 5 --length 64 --batch 2 --rank 2 --as study");
    LoraStudy study = assertInstanceOf(LoraStudy.class, host.variables.get("study"));
    assertEquals(
        List.of("fp", "hqq3", "awq3 (prose.txt)", "awq3 (java.txt)"),
        study.rows().stream().map(row -> row.base()).toList());
    assertEquals(4, report.table().rowCount());
    assertCharts(1);
    assertTrue(report.toString().contains("negates the gains"), report.toString());
    String experts = "load experts";
    run(experts);
    assertTrue(refusal("lab lora --steps 3").startsWith("experts has experts, through which"));
  }

  @Test
  void javaIsJudgedByJShellsParser() {
    run("load natural");
    Report<?> report = run("lab logic --forms rtn2 --draws 4 --length 48 --as study");
    LogicStudy study = assertInstanceOf(LogicStudy.class, host.variables.get("study"));
    assertEquals(2, report.table().rowCount());
    assertEquals(4 * LogicStudy.PROMPTS.size(), study.rows().getFirst().attempts().size());
    assertTrue(study.rows().getFirst().count(Verdict.VALID) > 0, report.toString());
    assertCharts(1);
  }

  @Test
  void fusedProductsStandBesideTheOthers() {
    run("load natural");
    Report<?> report = run("lab fused 0.down_proj --bits 4 --rows 1,8 --seconds 0.01 --as pairs");
    assertEquals(2, report.table().rowCount());
    assertCharts(1);
    assertTrue(report.toString().contains("float32 weights beside its codes"));
    assertTrue(refusal("lab fused 0.down_proj --axis 0").startsWith("--axis 0"));
  }

  /** Presses Stop behind a share of the work. */
  private String stopped(double share, String line) {
    host.shown.clear();
    host.interruptBeyond = share;
    assertThrows(InterruptedWork.class, () -> run(line));
    assertTrue(Thread.interrupted(), "the flag stays set");
    host.interruptBeyond = Double.POSITIVE_INFINITY;
    return String.valueOf(host.shown.getLast().data().get("text/plain"));
  }

  private static void assertHas(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> part + " in " + text);
    }
  }

  @Test
  void stopShowsTheRowsThatAreKnown() {
    run("load natural");
    assertHas(
        stopped(
            0.43,
            "lab draft --drafts rtn2,hqq4 --texts 2 --length 24 --samples 100 --seconds 0.001"),
        "Interrupted: 1 of 2 drafts are measured",
        "rtn2");
    assertHas(
        stopped(0.501, "lab lora --bases hqq --steps 3 --length 32 --batch 2 --rank 2"),
        "Interrupted: 1 of 2 bases are trained",
        "fp");
    assertHas(
        stopped(0.501, "lab logic --forms rtn2 --draws 1 --length 8"),
        "Interrupted: 1 of 2 forms are tried",
        "fp");
    assertHas(
        stopped(0.4, "lab fused 0.down_proj --rows 1,8 --seconds 0.01"),
        "Interrupted: 1 of 2 numbers of rows are measured");
    assertHas(
        stopped(0.501, "lab choose --methods hqq --bits 3,4 --tokens 64 --ctx 32"),
        "For natural take hqq 3 bit",
        "Interrupted: 1 of 2 ways are measured",
        "It takes 0.7");
    assertHas(
        stopped(0.501, "lab baseline --methods hqq --bits 3,4 --tokens 64 --ctx 32"),
        "Interrupted: 1 of 2 are measured");
    run("load experts");
    String line = "lab experts --tokens 256 --ctx 64 --sizes 64 --mixed 3:3,4:3";
    assertHas(stopped(0.01, line), "Interrupted before the experts' errors");
    assertHas(stopped(0.31, line), "Interrupted: 1 calibrations and 0 pairs", "hqq3 over rtn3");
    assertHas(stopped(0.901, line), "3 calibrations and 1 pairs", "attention 3, experts 3: KL");
  }

  @Test
  void stopKeepsToJson() {
    run("load natural");
    String text = stopped(0.4, "lab fused 0.down_proj --rows 1,8 --seconds 0.01 --json");
    assertTrue(text.startsWith("{\"title\":"), text);
  }
}

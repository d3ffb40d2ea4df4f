package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.AwqBootstrap;
import halfstep.awq.Salience;
import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.kernel.spi.Refusal;
import halfstep.llm.Model;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.magics.table.ModelError;
import halfstep.magics.table.ScaleSearch;
import halfstep.metric.LayerError;
import halfstep.quant.AffineGrid;
import halfstep.quant.GroupSolution;
import halfstep.quant.GroupSolver;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole lines on the embedded models. */
class RunnerTest {

  private static final String DOWN = "model.layers.0.mlp.down_proj";

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

  private List<HqqStep> fresh() {
    Matrix w = session.model().weight(DOWN);
    return new HqqSolver(w, QuantSpec.of(3, 64), Hqq.DEFAULT).steps().toList();
  }

  @Test
  void loadSaysWhatIsThere() {
    Report<?> report = run("load natural --as model");
    assertInstanceOf(Model.class, host.variables.get("model"));
    assertEquals("halfstep.llm.Model", host.types.get("model"));
    String text = report.toString();
    for (String part : List.of("down_proj", "128 × 384", "BF16", "tied", "knows 2048 tokens")) {
      assertTrue(text.contains(part), part);
    }
    assertTrue(text.endsWith("Kept as model, a Model."), text);
  }

  @Test
  void stepBackAndRunGiveTheStatesOfAFreshSolver() {
    List<HqqStep> fresh = fresh();
    run("hqq start 0.down_proj --bits 3");
    assertStep(fresh.get(1), run("hqq step"));
    assertStep(fresh.get(5), run("hqq step --to 5"));
    assertStep(fresh.get(4), run("hqq back"));
    assertStep(fresh.get(2), run("hqq back --to 2"));
    Report<?> end = run("hqq run --as steps");
    List<?> steps = assertInstanceOf(List.class, host.variables.get("steps"));
    assertEquals("java.util.List<halfstep.hqq.HqqStep>", host.types.get("steps"));
    assertEquals(fresh.size(), steps.size());
    assertEquals(fresh.size(), end.table().rowCount());
    assertTrue(end.toString().contains("The walk is complete"));
  }

  private static void assertStep(HqqStep expected, Report<?> report) {
    HqqStep actual = assertInstanceOf(HqqStep.class, report.value());
    assertEquals(expected.index(), actual.index());
    assertEquals(expected.meanAbsError(), actual.meanAbsError());
    for (long group = 0; group < expected.params().groups(); group++) {
      assertEquals(expected.params().zero(group), actual.params().zero(group));
    }
  }

  @Test
  void startAlwaysBeginsAnew() {
    run("hqq start 0.down_proj --bits 3");
    run("hqq step --to 3");
    Report<?> again = run("hqq start 0.down_proj --bits 3");
    assertStep(fresh().getFirst(), again);
    assertEquals(1, again.table().rowCount());
  }

  @Test
  void branchLeavesTheWalkWhereItWas() {
    run("hqq start 0.down_proj --bits 3");
    run("hqq step --to 2");
    Report<?> report = run("hqq branch --beta 1000 --iterations 4 --as branch");
    List<?> branch = assertInstanceOf(List.class, report.value());
    HqqSolver other =
        new HqqSolver(session.model().weight(DOWN), QuantSpec.of(3, 64), Hqq.DEFAULT)
            .branch(new Hqq(0.7f, 1000f, 4, Hqq.DEFAULT.earlyStop()));
    HqqStep third = assertInstanceOf(HqqStep.class, branch.get(1));
    assertEquals(other.next(fresh().get(2)).meanAbsError(), third.meanAbsError());
    assertNotEquals(fresh().get(3).meanAbsError(), third.meanAbsError());
    assertStep(fresh().get(3), run("hqq step"));
    assertEquals(
        "the walk stands at iteration 3, and the branch ends at iteration 2; go back first with %hqq back --to N, or raise --iterations",
        assertThrows(Refusal.class, () -> run("hqq branch --iterations 2")).getMessage());
  }

  @Test
  void theShareOverTheThresholdIsExplainedWithItsNumbers() {
    String text = run("hqq start 0.down_proj --bits 3").toString();
    assertTrue(text.contains("Only residuals above β^(−1/(2−p)) = 0.1701 survive"), text);
    assertTrue(text.contains("the largest |w − ŵ| here is 0.0"), text);
  }

  @Test
  void weightsMayComeFromAVariable() {
    host.variables.put("w", Matrix.of(1, 8, 1, 2, 3, 4, 5, 6, 7, 9));
    host.variables.put("text", "no matrix");
    assertTrue(
        run("hqq start --weights w --group 8").title().startsWith("HQQ on w (1 × 8), 4 bit g8"));
    assertEquals(
        "variable text is a String, but weights are a halfstep.tensor.Matrix; make one with Matrix.of(rows, cols, …)",
        assertThrows(Refusal.class, () -> run("hqq start --weights text")).getMessage());
    assertTrue(
        String.valueOf(assertThrows(Refusal.class, () -> run("hqq start --weights v")).getMessage())
            .startsWith("there is no variable v that holds a Matrix"));
  }

  @Test
  void traceComparesLayers() {
    Report<?> report = run("hqq trace 0.down_proj 1.down_proj --bits 3 --as traces");
    assertEquals(
        "java.util.Map<java.lang.String, java.util.List<halfstep.hqq.HqqStep>>",
        host.types.get("traces"));
    assertEquals("0.down_proj", report.table().stringColumn("layer").get(0));
    assertEquals(1, host.charts());
  }

  @Test
  void awqShowsEveryGridPoint() {
    Report<?> layer = run("awq salience 0.gate_proj --tokens 256 --as s");
    assertInstanceOf(Salience.class, layer.value());
    assertEquals("halfstep.awq.Salience", host.types.get("s"));
    assertEquals(4, run("awq salience 0 --tokens 256").table().rowCount());
    run("awq search 0 --bits 3 --grid 3 --tokens 256 --as groups");
    List<?> groups = assertInstanceOf(List.class, host.variables.get("groups"));
    ScaleSearch first = assertInstanceOf(ScaleSearch.class, groups.getFirst());
    assertEquals("q_proj, k_proj, v_proj", first.group());
    assertEquals(3, first.steps().size());
    assertEquals(3, host.charts());
  }

  @Test
  void benchMeasuresEachLayerWithEachMethod() {
    Report<?> report = run("bench 0.down_proj,1.down_proj --bits 3 --tokens 256 --as errors");
    List<?> errors = assertInstanceOf(List.class, report.value());
    assertEquals(8, errors.size());
    LayerError error = assertInstanceOf(LayerError.class, errors.getFirst());
    assertEquals(DOWN, error.layer());
    assertTrue(error.outputError().isPresent());
    assertEquals("java.util.List<halfstep.metric.LayerError>", host.types.get("errors"));
    assertEquals(1, host.charts());
  }

  @Test
  void aMethodOfOnesOwnEntersTheTableLikeTheOthers() {
    GroupSolver mine =
        (group, spec) -> {
          AffineGrid grid = AffineGrid.of(group, 0, group.length, spec);
          return GroupSolution.rounded(group, 0.9f * grid.scale(), grid.zero(), spec);
        };
    host.variables.put("mine", mine);
    Report<?> report =
        run("bench 0.down_proj --methods rtn,mine,awq+mine,ls,gptq --bits 3 --tokens 256");
    assertEquals(
        List.of("rtn float zero", "rtn integer zero", "mine", "awq+mine", "ls", "gptq"),
        report.table().stringColumn("method").asList());
    host.variables.put("text", "no solver");
    assertEquals(
        "variable text is a String, but a method of your own is a halfstep.quant.GroupSolver:"
            + " GroupSolver text = (group, spec) -> …",
        assertThrows(Refusal.class, () -> run("bench all --methods text")).getMessage());
    assertEquals(
        "method \"hq\" does not exist; nearest: hqq (of rtn, hqq, ls, wls, awq, gptq, awq+rtn,"
            + " awq+hqq, awq+ls)",
        assertThrows(Refusal.class, () -> run("bench all --methods hq")).getMessage());
  }

  @Test
  void searchesSayHowSureTheyAre() {
    Report<?> report =
        run("awq search 0 --grid 4 --tokens 512 --ctx 64 --bootstrap 50 --as groups");
    List<?> groups = assertInstanceOf(List.class, host.variables.get("groups"));
    ScaleSearch first = assertInstanceOf(ScaleSearch.class, groups.getFirst());
    AwqBootstrap bootstrap = first.bootstrap().orElseThrow();
    assertEquals(50, bootstrap.resamples());
    assertTrue(bootstrap.ratio().holds(first.best().ratio()), bootstrap.toString());
    assertEquals(128, bootstrap.scales().size());
    assertTrue(report.toString().contains("ratio, interval"), report.toString());
    assertTrue(report.toString().contains("drawn anew"), report.toString());
  }

  @Test
  void benchModelComparesPredictions() {
    Report<?> report = run("bench model --methods rtn --bits 8 --tokens 128");
    List<?> rows = assertInstanceOf(List.class, report.value());
    ModelError first = assertInstanceOf(ModelError.class, rows.getFirst());
    assertTrue(first.divergence().meanKl() < 0.01);
    assertTrue(first.divergence().meanKl() > 0);
    assertEquals(8.5, first.bitsPerWeight(), 1e-9);
  }

  @Test
  void anInterruptShowsWhatIsThere() {
    run("hqq start 0.down_proj --bits 3");
    host.interruptAtUpdate = 2;
    assertThrows(InterruptedWork.class, () -> run("hqq run"));
    assertTrue(Thread.interrupted(), "the kernel still sees the interrupt");
    String text = String.valueOf(host.shown.getLast().data().get("text/plain"));
    assertTrue(text.endsWith("Interrupted after iteration 2; %hqq run goes on from here."), text);
    host.interruptAtUpdate = Integer.MAX_VALUE;
    assertEquals(fresh().size(), run("hqq run").table().rowCount());
  }

  @Test
  void parametersStandInLines() {
    run("param LAYER=0.down_proj");
    assertEquals("0.down_proj", host.variables.get("LAYER"));
    host.variables.put("bits", "3");
    assertTrue(run("hqq start ${LAYER} --bits ${bits}").title().contains("0.down_proj"));
    assertEquals(
        "${LAYR} is neither a parameter nor a variable; nearest: LAYER; declare it with %param LAYR=value",
        assertThrows(Refusal.class, () -> run("hqq start ${LAYR}")).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "hqq start 0.down_proj --group 100 | ShapeException | in = 384 is no multiple of groupSize 100; nearest that divide it: 96, 128",
        "hqq step | NotFoundException | no walk has begun; begin with %hqq start LAYER --bits 4 --group 64",
        "hqq start down_proj | NotFoundException | \"down_proj\" means 5 layers (0.down_proj, 1.down_proj, 2.down_proj, 3.down_proj, …); say which, for example 0.down_proj",
        "hqq start 0.down_proj --show-group 1000 | NotFoundException | there is no group 1000; 0.down_proj has groups 0 to 767",
        "awq salience 7 | NotFoundException | there is no block \"7\"; the model has blocks 0 to 4",
        "awq search mlp | NotFoundException | there is no block \"mlp\"; the model has blocks 0 to 4",
        "hqq strt | UsageException | %hqq has no command strt; nearest: start. It has: start, step, back, branch, run, trace, compare, sweep",
        "hqq start 0.down_proj --lp-norm 2 | IllegalArgumentException | lpNorm 2.0 is outside (0, 1]",
      })
  void refusalsKeepTheirNamesAndSentences(String line, String name, String sentence) {
    Refusal refusal = assertThrows(Refusal.class, () -> run(line));
    assertEquals(name, refusal.name());
    assertEquals(sentence, refusal.getMessage());
  }

  @Test
  void backOnlyGoesBack() {
    run("hqq start 0.down_proj --bits 3");
    run("hqq step --to 2");
    assertEquals(
        "%hqq back leads to iterations 0 to 2, got 3; %hqq step --to 3 goes forward",
        assertThrows(Refusal.class, () -> run("hqq back --to 3")).getMessage());
  }

  @Test
  void nothingIsAskedOfAModelThatIsNotLoaded() {
    Session empty = new Session(Folders.ofThisProcess());
    assertEquals(
        "no model is loaded; begin with %load natural, or with a folder of your own",
        assertThrows(
                Refusal.class,
                () -> Runner.run(host, empty, "hqq", List.of("start", "0.down_proj")))
            .getMessage());
  }

  @Test
  void helpListsWhatThereIs() {
    assertTrue(run("help").toString().contains("%hqq branch"));
    assertTrue(run("help %hqq").toString().startsWith("Usage: %hqq"));
  }
}

package halfstep.lab.sensitivity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Divergence;
import halfstep.eval.Windowing;
import halfstep.lab.Fixture;
import halfstep.lab.LabProgress;
import halfstep.lab.Solver;
import halfstep.lab.ThreadCounts;
import halfstep.lab.Verdict;
import halfstep.lab.sensitivity.SensitivityPart.Kind;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SensitivityTest {

  private static final QuantSpec SPEC = QuantSpec.of(3, 32);
  private static final Windowing WINDOWS = Windowing.papers(Fixture.CTX);

  private static Sensitivity run(Model model) {
    return new SensitivityStudy(model, new Solver(new Rtn(), SPEC), null)
        .run(Fixture.text(), WINDOWS, part -> {}, LabProgress.NONE);
  }

  private static double direct(Model model, List<String> layers) {
    Map<String, Matrix> rounded = new HashMap<>();
    for (String layer : layers) {
      rounded.put(layer, RoundToNearest.quantize(model.weight(layer), SPEC).dequantized());
    }
    int[] tokens = Fixture.text().tokens();
    return Divergence.between(model, model.withWeights(rounded), tokens, WINDOWS).meanKl();
  }

  @Test
  void everyPartIsTheDivergenceOfItsLayersAlone() {
    Model model = Fixture.model();
    List<SensitivityPart> heard = new ArrayList<>();
    List<Double> progress = new ArrayList<>();
    Sensitivity found =
        new SensitivityStudy(model, new Solver(new Rtn(), SPEC), null)
            .run(Fixture.text(), WINDOWS, heard::add, (done, what) -> progress.add(done));
    int blocks = model.config().layers();
    assertEquals(7 * blocks + 7 + blocks + 1, found.parts().size());
    assertEquals(found.parts(), heard);
    for (SensitivityPart part : found.parts()) {
      double expected = direct(model, part.layers());
      assertEquals(expected, part.kl(), 1e-5 * expected + 1e-9, part.name());
    }
    assertEquals(model.layers(), found.worst(Kind.ALL).layers());
    double added = found.of(Kind.LAYER).stream().mapToDouble(SensitivityPart::kl).sum();
    assertEquals(added / found.worst(Kind.ALL).kl(), found.sumOverAll(), 1e-12);
    assertEquals(progress.stream().sorted().toList(), progress);
    assertEquals(1, progress.getLast());
  }

  /** A layer of zeros is rounded exactly, so quantizing it changes nothing. */
  @Test
  void aLayerThatRoundsExactlyCostsNothing() {
    Model whole = Fixture.model();
    String layer = "model.layers.1.self_attn.o_proj";
    Matrix weight = whole.weight(layer);
    Model model = whole.withWeights(Map.of(layer, Matrix.zeros(weight.rows(), weight.cols())));
    SensitivityPart part =
        run(model).of(Kind.LAYER).stream()
            .filter(one -> one.layers().contains(layer))
            .findFirst()
            .orElseThrow();
    assertEquals("1.o_proj", part.name());
    assertEquals(weight.size(), part.weights());
    assertEquals(0, part.kl());
  }

  @Test
  void theClaimComparesTheLeastOfTheOutputsWithTheMostOfTheOthers() {
    Map<String, double[]> windows = new LinkedHashMap<>();
    windows.put("o_proj", new double[] {1, 2, 3});
    windows.put("down_proj", new double[] {9, 9, 9});
    windows.put("gate_proj", new double[] {4, 5, 6});
    // the least of o and down is o with mean 2, the most of the others gate with 5: always 3 less
    Verdict fails = OutputClaim.verdict("claim", "nats", windows, 1);
    assertEquals(Verdict.Outcome.FAILS, fails.outcome());
    assertEquals(
        "down_proj 9.0000, gate_proj 5.0000, o_proj 2.0000 (nats);"
            + " o_proj − gate_proj is -3.0000 [-3.0000, -3.0000] over 3 windows.",
        fails.because());
    windows.put("o_proj", new double[] {5, 6, 7});
    assertEquals(Verdict.Outcome.HOLDS, OutputClaim.verdict("claim", "nats", windows, 1).outcome());
    windows.put("o_proj", new double[] {0, 5, 10});
    assertEquals(
        Verdict.Outcome.UNDECIDED, OutputClaim.verdict("claim", "nats", windows, 1).outcome());
    windows.remove("gate_proj");
    assertEquals(
        Verdict.Outcome.UNDECIDED, OutputClaim.verdict("claim", "nats", windows, 1).outcome());
  }

  @Test
  void anInterruptStopsIt() {
    List<SensitivityPart> heard = new ArrayList<>();
    SensitivityStudy study =
        new SensitivityStudy(Fixture.model(), new Solver(new Rtn(), SPEC), null);
    assertThrows(
        InterruptedWork.class,
        () ->
            study.run(
                Fixture.text(),
                WINDOWS,
                part -> {
                  heard.add(part);
                  Thread.currentThread().interrupt();
                },
                LabProgress.NONE));
    assertTrue(Thread.interrupted(), "the flag stays set for the callers above");
    assertTrue(heard.size() < 10, heard.size() + " parts");
  }

  @Test
  void figuresDoNotDependOnTheNumberOfThreads() {
    ThreadCounts.assertSame(Printed.class);
  }

  /** Prints the figures of a run, bit for bit. */
  static final class Printed {
    public static void main(String[] arguments) {
      run(Fixture.model())
          .parts()
          .forEach(part -> System.out.println(part.name() + " " + Double.toHexString(part.kl())));
    }
  }
}

package halfstep.lab.experts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.lab.ThreadCounts;
import halfstep.lab.experts.Coverage.Sample;
import halfstep.lab.experts.ExpertStudy.Plan;
import halfstep.lab.experts.MixedBits.Pair;
import halfstep.lab.form.Form;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExpertStudyTest {

  private final Model model = GoldenModels.open("mixtral");

  private static Sample text(String name, int seed) {
    List<int[]> windows = new ArrayList<>();
    for (int w = 0; w < 6; w++) {
      int at = seed + 7 * w;
      windows.add(IntStream.range(0, 32).map(i -> 3 + (i * 37 + at * 101) % 250).toArray());
    }
    return new Sample(name, TokenWindows.of(windows));
  }

  private static ExpertError error(int expert, double error, long seen) {
    return new ExpertError(
        new Expert(0, expert, "w1", "w3", "w2"), "awq3", "text", 64, seen, 100, error);
  }

  /** Ratios 2 and 8: their geometric mean is 4. */
  @Test
  void ratiosAreAveragedGeometrically() {
    List<ExpertError> rtn = List.of(error(0, 0.1, 0), error(1, 0.1, 0));
    Balance balance = Balance.of("all", List.of(error(0, 0.2, 5), error(1, 0.8, 50)), rtn, 1);
    assertEquals(4, balance.ratio(), 1e-12);
    assertEquals(8, balance.worst(), 1e-12);
    assertEquals("0.1", balance.worstExpert().expert().label());
    assertFalse(balance.isDecided(), "two experts decide nothing");
    assertTrue(balance.low() >= 2 - 1e-9 && balance.high() <= 8 + 1e-9);
  }

  @Test
  void classesOfTokensSeenLeaveOutTheEmptyOnes() {
    List<ExpertError> rtn = List.of(error(0, 0.1, 0), error(1, 0.1, 0), error(2, 0.1, 0));
    List<ExpertError> awq = List.of(error(0, 0.3, 0), error(1, 0.1, 63), error(2, 0.05, 64));
    List<Balance> rows = Balance.bySeen(awq, rtn, 1);
    assertEquals(
        List.of("no token seen", "16 to 63 tokens seen", "64 to 255 tokens seen"),
        rows.stream().map(Balance::group).toList());
    assertEquals(3, rows.getFirst().ratio(), 1e-12);
    assertFalse(rows.getFirst().isDecided(), "one expert decides nothing");
    assertEquals(0.5, rows.getLast().ratio(), 1e-12);
  }

  /** Expected: the expert's formula in double, from the weights as they are stored. */
  @Test
  void anExpertsErrorIsThatOfItsOutput() {
    TokenWindows windows = text("text", 1).windows();
    ExpertTrial trial = new ExpertTrial(model, windows);
    Expert expert = trial.judged().getFirst();
    Form form = new Form("rtn3", new Rtn(), QuantSpec.of(3, 32));
    ExpertError error = trial.of(form, done -> {}).getFirst();
    assertEquals(expert, error.expert());
    Matrix input = model.capture(0, windows).input(expert.gate());
    assertEquals(input.rows(), error.evaluated());
    double square = 0;
    double norm = 0;
    for (long t = 0; t < input.rows(); t++) {
      double[] ideal = output(expert, input.row(t), false);
      double[] said = output(expert, input.row(t), true);
      for (int c = 0; c < ideal.length; c++) {
        square += (ideal[c] - said[c]) * (ideal[c] - said[c]);
        norm += ideal[c] * ideal[c];
      }
    }
    assertEquals(Math.sqrt(square / norm), error.error(), 1e-5);
  }

  private double[] output(Expert expert, float[] x, boolean rounded) {
    double[] gate = times(expert.gate(), doubles(x), rounded);
    double[] up = times(expert.up(), doubles(x), rounded);
    for (int c = 0; c < gate.length; c++) {
      gate[c] = gate[c] / (1 + Math.exp(-gate[c])) * up[c];
    }
    return times(expert.down(), gate, rounded);
  }

  private static double[] doubles(float[] x) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i]).toArray();
  }

  private double[] times(String layer, double[] x, boolean rounded) {
    Matrix own = model.weight(layer);
    Matrix w = rounded ? RoundToNearest.quantize(own, QuantSpec.of(3, 32)).dequantized() : own;
    double[] y = new double[(int) w.rows()];
    for (int r = 0; r < y.length; r++) {
      for (int c = 0; c < x.length; c++) {
        y[r] += w.get(r, c) * x[c];
      }
    }
    return y;
  }

  @Test
  void theStudyIsTheSameEachTimeAndKeepsItsTextsApart() {
    List<Sample> texts = List.of(text("one", 1), text("two", 50));
    Plan plan = new Plan(3, 32, List.of(16, 64, 5000), List.of(new Pair(4, 3)), 1);
    List<Double> heard = new ArrayList<>();
    ExpertStudy study = ExpertStudy.run(model, texts, plan, known -> {}, heard::add);
    assertEquals(
        List.of(
            "one, 16 tokens",
            "one, 64 tokens",
            "two, 16 tokens",
            "two, 64 tokens",
            "all, 16 tokens",
            "all, 64 tokens"),
        study.bySize().stream().map(Balance::group).toList());
    int judged = study.hqq().experts();
    assertEquals(judged * (2 + 6), study.errors().size());
    assertTrue(study.errors().stream().allMatch(error -> error.error() > 0));
    assertEquals(judged, study.starved("one", 16, 17), "no expert can get more than all tokens");
    assertEquals(0, study.starved("one", 16, 0));
    assertEquals(1, study.mixed().size());
    double bits = study.mixed().getFirst().bitsPerWeight();
    assertTrue(bits > 4 && bits < 5.1, "between 3 and 4 bits with a scale per 32: " + bits);
    assertEquals(1, heard.getLast(), 1e-12);
    ExpertStudy again = ExpertStudy.run(model, texts, plan, known -> {}, done -> {});
    assertEquals(study.errors(), again.errors());
    assertEquals(study.bySeen(), again.bySeen());
    assertEquals(study.mixed(), again.mixed());
  }

  @Test
  void figuresDoNotDependOnTheNumberOfProcessors() {
    ThreadCounts.assertSame(Figures.class);
  }

  /** Prints a study, for {@link ThreadCounts}. */
  static final class Figures {
    private Figures() {}

    public static void main(String[] words) {
      Model model = GoldenModels.open("mixtral");
      Plan plan = new Plan(3, 32, List.of(64), List.of(new Pair(4, 3)), 1);
      ExpertStudy study =
          ExpertStudy.run(
              model, List.of(text("one", 1), text("two", 50)), plan, known -> {}, done -> {});
      System.out.println(study.errors());
      System.out.println(study.bySeen());
      System.out.println(study.mixed());
    }
  }

  @Test
  void whatCannotBeHalvedIsRefused() {
    Sample one = new Sample("short", text("text", 1).windows().first(1));
    Plan plan = new Plan(3, 32, List.of(16), List.of(new Pair(3, 3)), 1);
    String message =
        assertThrows(
                ModelException.class,
                () -> ExpertStudy.run(model, List.of(one), plan, known -> {}, done -> {}))
            .getMessage();
    assertEquals(
        "short fills 1 window of 32 tokens; half of it calibrates and half evaluates, so it needs two: use a longer text or a smaller --ctx",
        message);
  }
}

package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Divergence;
import halfstep.eval.Windowing;
import halfstep.lab.Solver;
import halfstep.lab.experts.Balance;
import halfstep.lab.experts.Coverage;
import halfstep.lab.experts.Expert;
import halfstep.lab.experts.ExpertError;
import halfstep.lab.experts.ExpertStudy;
import halfstep.lab.experts.Reach;
import halfstep.lab.shift.CalibrationShift;
import halfstep.lab.shift.ShiftCell;
import halfstep.lab.shift.ShiftRow;
import halfstep.lab.shift.ShiftSettings;
import halfstep.llm.Model;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.text.Overlap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The laboratory's matrices and the experts' dots, from records made by hand. */
class LabMatrixChartsTest {

  private static final Divergence SMALL = divergence(1.2f);
  private static final Divergence LARGE = divergence(1.5f);

  /** From the embedded model with its first layer taken {@code factor} times. */
  static Divergence divergence(float factor) {
    Model model = Model.open(Path.of("..", "notebooks", "models", "natural"));
    String layer = model.layers().getFirst();
    Matrix w = model.weight(layer);
    Model other = model.withWeights(Map.of(layer, w.combine(w, (a, b) -> factor * a)));
    int[] tokens = IntStream.range(0, 64).map(i -> 5 + 13 * i).toArray();
    return Divergence.between(model, other, tokens, Windowing.papers(32));
  }

  private static ShiftCell cell(String domain, Divergence divergence, double outputError) {
    return new ShiftCell(
        domain, divergence, List.of(outputError, outputError), new Overlap(13, 0, 100));
  }

  @Test
  void aShiftIsAMatrixOfVariantsByDomainBesideRounding() {
    QuantSpec spec = QuantSpec.of(3, 64).with(ZeroPoint.INTEGER);
    Solver rtn = new Solver(new Rtn(), spec);
    Solver awq = new Solver(Awq.DEFAULT, spec);
    CalibrationShift found =
        new CalibrationShift(
            new ShiftSettings(List.of(awq), List.of(rtn), List.of(0.25), 8, 16, 0.05),
            "prose",
            "Java",
            List.of(
                new ShiftRow(
                    rtn,
                    OptionalDouble.empty(),
                    cell("prose", LARGE, 0.3),
                    cell("Java", SMALL, 0.4)),
                new ShiftRow(
                    awq,
                    OptionalDouble.of(0.25),
                    cell("prose", SMALL, 0.15),
                    cell("Java", LARGE, 0.5))),
            List.of());
    Picture drawn = ShiftCharts.matrix("Shift on natural", found);
    Views.assertDrawn(drawn);
    Views.assertHas(
        Views.words(drawn),
        "Shift on natural",
        "KL, prose",
        "output, Java",
        "0.3000",
        "0.1500 ▾",
        "0.5000 ▴");
    String variant = "awq: 75 % prose, 25 % Java";
    Views.assertHas(
        Views.titles(drawn),
        variant + ", output, prose: 0.1500, 0.50 of rounding",
        variant + ", output, Java: 0.5000, 1.25 of rounding");
    String kl = String.format("%s: KL %.4f on prose", variant, SMALL.meanKl());
    assertTrue(drawn.alternative().contains(kl), drawn.alternative());
  }

  private static Expert expert(int number) {
    return new Expert(0, number, "gate" + number, "up" + number, "down" + number);
  }

  private static Reach reach(int number, String text, int first, int second) {
    return new Reach(expert(number), text, List.of(first, second), List.of(50, 50));
  }

  private static final Coverage COVERAGE =
      new Coverage(
          2,
          1,
          List.of(
              reach(0, "prose", 10, 30),
              reach(1, "prose", 40, 20),
              reach(0, "Java", 0, 2),
              reach(1, "Java", 50, 48)));

  @Test
  void coverageIsAMatrixThatMarksStarvedExperts() {
    Picture drawn = ExpertCharts.coverage("Who reads what", COVERAGE, 16);
    Views.assertDrawn(drawn);
    Views.assertHas(
        Views.words(drawn), "0, prose", "0, Java", "expert 1", "40.0 %", "2.0 % !", "98.0 %");
    assertTrue(
        drawn.alternative().contains("Reached by fewer than 16 tokens: 1, 0.0 on Java."),
        drawn.alternative());
  }

  private static ExpertError error(int number, String form, String text, long seen, double error) {
    return new ExpertError(expert(number), form, text, text.isEmpty() ? 0 : 64, seen, 500, error);
  }

  @Test
  void errorsAreADotPerExpertAndCalibration() {
    ExpertError worst = error(1, "awq3", "prose", 8, 0.12);
    List<ExpertError> errors =
        List.of(
            error(0, "rtn3", "", 0, 0.1),
            error(1, "rtn3", "", 0, 0.1),
            error(0, "awq3", "prose", 56, 0.09),
            worst,
            error(0, "awq3", "Java", 0, 0.1));
    Balance seen = new Balance("awq3", "rtn3", "1 to 15 tokens seen", 1, 1.2, 1.1, 1.3, 1.2, worst);
    ExpertStudy study =
        new ExpertStudy(COVERAGE, errors, List.of(), List.of(seen), seen, List.of());
    Picture drawn = ExpertCharts.errors("What starving costs", study);
    Views.assertDrawn(drawn);
    Views.assertHas(
        Views.words(drawn),
        "error of its output, AWQ over rounding",
        "calibrated on prose",
        "calibrated on Java",
        "as good as rounding");
    List<String> titles = Views.titles(drawn);
    Views.assertHas(titles, "expert 0.1, 8 of 64 tokens of prose: 1.20");
    assertEquals(3, titles.stream().filter(title -> title.startsWith("expert ")).count());
    assertTrue(drawn.alternative().contains("1 to 15 tokens seen 1.20, worst 1.20"));
  }
}

package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.AwqBootstrap;
import halfstep.awq.AwqStep;
import halfstep.awq.Protection;
import halfstep.awq.Salience;
import halfstep.calib.Activations;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Area;
import halfstep.magics.figure.Mark.Dots;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.table.ScaleSearch;
import halfstep.quant.ChannelScales;
import halfstep.tensor.Matrix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AwqViewsTest {

  private static final Salience LOUD = salience(1, 2, 8, 1, 3, 1);

  private static Salience salience(float... means) {
    return Salience.of(Activations.of(Matrix.of(1, means.length, means)));
  }

  @Test
  void saliencesStrongestChannelsStandBesideItsCurve() {
    Picture picture = SalienceCharts.layer("Input of 0.q_proj", LOUD);
    Views.assertDrawn(picture);
    // 1, 1, 1, 2, 3, 8: (−5 − 3 − 1 + 2 + 9 + 40) / (6·16) = 0.4375
    Views.assertHas(Views.words(picture), "Gini 0.438", "2", "8.000", "median channel");
    Views.assertHas(Views.titles(picture), "channel 2: mean |x| 8.000");
    assertTrue(picture.alternative().contains("strongest channel 2 is driven 8.0 times as hard"));
  }

  @Test
  void inputsAreToldApartByTheirDashes() {
    Map<String, Salience> inputs = new LinkedHashMap<>();
    inputs.put("q_proj, k_proj, v_proj", LOUD);
    inputs.put("o_proj", salience(1, 1, 1));
    Picture picture = SalienceCharts.inputs("Inputs of block 0", inputs);
    Views.assertDrawn(picture);
    Views.assertHas(Views.words(picture), "Gini 0.000  o_proj", "33.3 %");
    assertEquals(
        3,
        picture.figure().orElseThrow().marks().stream()
            .filter(Mark.Lines.class::isInstance)
            .map(mark -> ((Mark.Lines) mark).stroke())
            .filter(stroke -> stroke.width() > 0.9)
            .map(stroke -> stroke.ink() + " " + stroke.dash())
            .distinct()
            .count(),
        "two curves and the diagonal");
  }

  @Test
  void thousandsOfChannelsStaySmall() {
    float[] means = new float[8192];
    float[] other = new float[8192];
    Random random = new Random(1);
    for (int c = 0; c < means.length; c++) {
      means[c] = (float) Math.exp(random.nextGaussian());
      other[c] = (float) (means[c] * Math.exp(0.3 * random.nextGaussian()));
    }
    Views.assertDrawn(SalienceCharts.layer("Input", salience(means)));
    Views.assertDrawn(
        ProtectionCharts.overlap("Input", "a", salience(means), "b", salience(other), 0.01));
  }

  @Test
  void rulesAreComparedWithKeepingNone() {
    Matrix x = Matrix.of(2, 4, 1, 10, 1, 2, -1, 10, 1, -1);
    Matrix w = Matrix.of(1, 4, 1, 1, 5, 1);
    Matrix q = Matrix.of(1, 4, 1.5f, 1.5f, 5.5f, 1.5f);
    Protection protection = Protection.of(x, w, q, 0.25, 5, new Random(1));
    Picture picture = ProtectionCharts.rules("0.q_proj", protection);
    Views.assertDrawn(picture);
    Views.assertHas(
        Views.words(picture),
        "none kept",
        "kept at random",
        "kept by weight",
        "kept by activation",
        "%.4f  × %.2f"
            .formatted(
                protection.byActivation().relative(),
                protection.byActivation().relative() / protection.none().relative()));
    assertEquals(
        5,
        picture.figure().orElseThrow().marks().stream()
            .filter(Dots.class::isInstance)
            .mapToLong(mark -> ((Dots) mark).at().size())
            .sum(),
        "a dot per draw");
  }

  @Test
  void overlapTellsWhoIsStrongWhere() {
    Picture picture =
        ProtectionCharts.overlap(
            "Input", "prose.txt", salience(9, 8, 1, 2), "java.txt", salience(8, 1, 9, 2), 0.5);
    Views.assertDrawn(picture);
    Views.assertHas(
        Views.words(picture),
        "only on prose.txt",
        "1 of the strongest 2 shared",
        "Jaccard 0.33",
        "mean |x| on java.txt");
    Views.assertHas(Views.titles(picture), "channel 2: 1.000 and 9.000");
    assertTrue(picture.alternative().endsWith("on prose.txt and on java.txt."));
  }

  private static ScaleSearch search(String group, Optional<AwqBootstrap> bootstrap) {
    ChannelScales scales = ChannelScales.of(new float[] {1, 1.5f, 3, 1, 2, 1});
    AwqStep identity = new AwqStep(-1, 0, scales, 2);
    List<AwqStep> grid =
        List.of(
            new AwqStep(0, 0, scales, 1.5),
            new AwqStep(1, 0.25f, scales, 1),
            new AwqStep(2, 0.5f, scales, Double.NaN),
            new AwqStep(3, 0.75f, scales, 4));
    return new ScaleSearch(group, grid, identity, Optional.of(LOUD), bootstrap, List.of());
  }

  @Test
  void eachScaleGroupHasItsPanel() {
    AwqBootstrap sure =
        new AwqBootstrap(
            200, 0.95, new AwqBootstrap.Interval(0, 0.25), List.of(20, 180, 0, 0), List.of());
    Picture picture =
        AwqCharts.searches(
            "AWQ on block 0",
            List.of(
                search("q_proj", Optional.of(sure)),
                search("o_proj", Optional.empty()),
                search("down_proj", Optional.empty())));
    Views.assertDrawn(picture);
    Views.assertHas(
        Views.words(picture),
        "q_proj",
        "o_proj",
        "α 0.25 (95 %: 0.00–0.25), loss 0.500 × RTN",
        "α 0.25, loss 0.500 × RTN",
        "loudest: channel 2 × 3.00, 4 × 2.00, 1 × 1.50",
        "its 95 % interval");
    List<Mark> marks = picture.figure().orElseThrow().marks();
    assertEquals(1, marks.stream().filter(Area.class::isInstance).count());
    assertEquals(
        3 + 1,
        marks.stream()
            .filter(mark -> mark instanceof Symbol symbol && symbol.form() == Form.DIAMOND)
            .count(),
        "a chosen ratio each, and the legend's");
    assertFalse(
        Views.titles(picture).toString().contains("NaN"), "a loss that is none is not drawn");
  }
}

package halfstep.lab.shift;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.eval.Divergence;
import halfstep.eval.Windowing;
import halfstep.job.Calibration;
import halfstep.job.LayerQuantizer;
import halfstep.job.LayerSource;
import halfstep.lab.Fixture;
import halfstep.lab.LabProgress;
import halfstep.lab.Solver;
import halfstep.lab.ThreadCounts;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShiftStudyTest {

  /** Short, so that the stream fills enough windows. */
  private static final int CTX = 16;

  private static final QuantSpec SPEC = QuantSpec.of(3, 32).with(ZeroPoint.INTEGER);
  private static final Solver AWQ = new Solver(new Awq(4, true), SPEC);
  private static final Solver RTN = new Solver(new Rtn(), SPEC);
  private static final ShiftSettings SETTINGS =
      new ShiftSettings(List.of(AWQ), List.of(RTN), List.of(1.0, 0.0, 0.5), 2, 3, 0.1);

  /** Windows of one token each repeated: 10, 11, 12 …, so that one sees where they come from. */
  private static ShiftText labelled(String name, int first, int windows) {
    List<int[]> all = new ArrayList<>();
    for (int w = 0; w < windows; w++) {
      all.add(new int[] {first + w, first + w});
    }
    return new ShiftText(name, TokenWindows.of(all));
  }

  private static ShiftText part(String name, int from, int to) {
    TokenWindows all = TokenWindows.cut(Fixture.text().tokens(), CTX);
    return new ShiftText(name, all.slice(from, to));
  }

  private static ShiftStudy study() {
    int windows = Fixture.text().tokens().length / CTX;
    return new ShiftStudy(
        Fixture.model(),
        SETTINGS,
        part("home", 0, windows / 2),
        part("away", windows / 2, windows));
  }

  @Test
  void firstHalvesCalibrateAndSecondHalvesAreEvaluated() {
    ShiftText text = labelled("t", 10, 9);
    assertEquals(4, text.calibrating().count());
    assertArrayEquals(new int[] {10, 10}, text.calibrating().window(0));
    TokenWindows evaluated = text.evaluating(3);
    // of windows 14 to 18 the first, and at equal distances from it
    assertArrayEquals(new int[] {14, 14}, evaluated.window(0));
    assertArrayEquals(new int[] {15, 15}, evaluated.window(1));
    assertArrayEquals(new int[] {17, 17}, evaluated.window(2));
    assertEquals(5, text.evaluating(100).count());
    assertThrows(IllegalArgumentException.class, () -> labelled("t", 10, 3));
  }

  @Test
  void aMixtureTakesItsShareOfWindows() {
    ShiftSettings four = new ShiftSettings(List.of(AWQ), List.of(RTN), List.of(0.25), 4, 2, 0.1);
    ShiftStudy study =
        new ShiftStudy(Fixture.model(), four, labelled("home", 10, 10), labelled("away", 50, 10));
    TokenWindows mixture = study.mixture(0.25);
    assertEquals(4, mixture.count());
    assertEquals(List.of(10, 11, 12, 50), firsts(mixture));
    assertEquals(List.of(50, 51, 52, 53), firsts(study.mixture(1)));
    ShiftSettings many = new ShiftSettings(List.of(AWQ), List.of(RTN), List.of(0.0), 6, 2, 0.1);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ShiftStudy(
                    Fixture.model(), many, labelled("home", 10, 10), labelled("away", 50, 10))
                .mixture(0));
  }

  private static List<Integer> firsts(TokenWindows windows) {
    List<Integer> firsts = new ArrayList<>();
    for (int w = 0; w < windows.count(); w++) {
      firsts.add(windows.window(w)[0]);
    }
    return firsts;
  }

  @Test
  void eachCellIsTheModelOfItsMixtureOnItsDomain() {
    ShiftStudy study = study();
    List<ShiftRow> heard = new ArrayList<>();
    CalibrationShift found = study.run(heard::add, LabProgress.NONE);
    assertEquals(found.rows(), heard);
    assertEquals(4, found.rows().size());
    assertTrue(found.baseline().share().isEmpty());
    assertEquals(
        List.of(0.0, 0.5, 1.0),
        found.of(AWQ).stream().map(row -> row.share().orElseThrow()).toList());
    ShiftRow half = found.of(AWQ).get(1);
    Model model = Fixture.model();
    Map<String, QuantizedMatrix> codes = new LinkedHashMap<>();
    new LayerQuantizer(
            LayerSource.of(model),
            model.layers(),
            SPEC,
            AWQ.method(),
            Calibration.of(study.mixture(0.5)))
        .run(layer -> codes.put(layer.layer(), layer.quantized()));
    int windows = Fixture.text().tokens().length / CTX;
    TokenWindows away = part("away", windows / 2, windows).evaluating(3);
    Divergence expected =
        Divergence.between(
            model,
            model.withQuantized(codes),
            ShiftText.stream("away", away).tokens(),
            Windowing.papers(CTX));
    assertEquals(expected.meanKl(), half.away().kl());
    assertEquals(model.layers().size(), half.away().outputErrors().size());
    assertTrue(half.away().meanOutputError() > 0 && half.away().meanOutputError() < 1);
  }

  private static ShiftText repeated(String name, int window) {
    int[] one = TokenWindows.cut(Fixture.text().tokens(), CTX).window(window);
    return new ShiftText(name, TokenWindows.of(List.of(one, one, one, one)));
  }

  /** Where both halves of a text are the same, calibration sees just what is evaluated. */
  @Test
  void whatWasSeenAgreesWithItselfAndIsTold() {
    ShiftSettings settings =
        new ShiftSettings(List.of(AWQ), List.of(RTN), List.of(0.0, 1.0), 2, 2, 0.1);
    CalibrationShift found =
        new ShiftStudy(Fixture.model(), settings, repeated("home", 0), repeated("away", 3))
            .run(row -> {}, LabProgress.NONE);
    ShiftSalience home = found.salience().getFirst();
    assertEquals(1, home.homeJaccard());
    assertEquals(1, home.homeSpearman(), 1e-12);
    assertTrue(home.awaySpearman() < 0.999, home.toString());
    assertEquals(1, found.salience().getLast().awaySpearman(), 1e-12);
    ShiftRow atHome = found.of(AWQ).getFirst();
    assertTrue(atHome.home().overlap().isNotable());
    assertEquals(1, atHome.home().overlap().share());
    assertFalse(atHome.away().overlap().isNotable());
    assertFalse(found.baseline().home().overlap().isNotable(), "rounding saw nothing");
    assertEquals(3, found.verdicts(1).size());
  }

  @Test
  void figuresDoNotDependOnTheNumberOfThreads() {
    ThreadCounts.assertSame(Printed.class);
  }

  /** Prints the figures of a run, bit for bit. */
  static final class Printed {
    public static void main(String[] arguments) {
      CalibrationShift found = study().run(row -> {}, LabProgress.NONE);
      found
          .rows()
          .forEach(row -> {
            System.out.println(Double.toHexString(row.home().kl()));
            System.out.println(Double.toHexString(row.away().meanOutputError()));
          });
      found.salience().forEach(System.out::println);
      found.verdicts(1).forEach(System.out::println);
    }
  }
}

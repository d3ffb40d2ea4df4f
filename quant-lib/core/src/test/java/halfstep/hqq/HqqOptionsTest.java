package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.ErrorMetrics;
import halfstep.metric.GroupErrors;
import halfstep.quant.Axis;
import halfstep.quant.BetaRule;
import halfstep.quant.EarlyStop;
import halfstep.quant.GroupStop;
import halfstep.quant.HqqArithmetic;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ScaleStart;
import halfstep.quant.ZeroPoint;
import halfstep.quant.ZeroRule;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options of ours, and the three norms that every step reports. */
class HqqOptionsTest {

  private static final Matrix GAUSS = Golden.open("hqq/gauss").matrix("W");
  private static final Matrix STUDENT = Golden.open("hqq/student").matrix("W");
  private static final HqqOptions AUTO = HqqOptions.LIBRARY.with(BetaRule.PerStep.DEFAULT);

  /** The library's own mean |e|, e² and |e|^p at each iteration. */
  @Test
  void theThreeNormsAreTheLibrarys() {
    Golden golden = Golden.open("hqq/variants");
    HqqSolver solver = new HqqSolver(golden.matrix("W"), QuantSpec.of(2, 64), Hqq.LEGACY);
    List<HqqStep> steps = solver.steps().toList();
    double[] mae = golden.doubles("traj.b2.a1.mae");
    double[] mse = golden.doubles("traj.b2.a1.mse");
    double[] lp = golden.doubles("traj.b2.a1.lp");
    double[] worst = new double[3];
    for (int k = 0; k < mae.length; k++) {
      HqqStep step = steps.get(k);
      worst[0] = Math.max(worst[0], Math.abs(step.meanAbsError() / mae[k] - 1));
      worst[1] = Math.max(worst[1], Math.abs(step.meanSquareError() / mse[k] - 1));
      worst[2] = Math.max(worst[2], Math.abs(step.meanLpError() / lp[k] - 1));
    }
    FidelityTable.row("hqq/variants traj.b2.a1", "mean |e|, relative", 1e-4, worst[0]);
    FidelityTable.row("hqq/variants traj.b2.a1", "mean e², relative", 1e-4, worst[1]);
    FidelityTable.row("hqq/variants traj.b2.a1", "mean |e|^p, relative", 1e-4, worst[2]);
  }

  @ParameterizedTest
  @ValueSource(floats = {0.1f, 0.5f, 0.7f, 1f})
  void powersAreExactToSevenDigits(float p) {
    LpPower power = new LpPower(p);
    for (float x = 1e-30f; x < 1e30f; x *= 1.0371f) {
      assertEquals(1, power.of(x) / Math.pow(x, p), 3e-8, x + "^" + p);
    }
    assertEquals(0, power.of(0f));
    assertEquals(1, power.of(1f), 1e-15);
  }

  /** The finding: awake, the shrinkage pays in all three norms; asleep, it is not there. */
  @ParameterizedTest
  @CsvSource({"2", "3", "4"})
  void aDeadZoneOfAQuarterStepLowersAllThreeNorms(int bits) {
    for (Matrix w : List.of(GAUSS, STUDENT)) {
      QuantSpec spec = QuantSpec.of(bits, 64);
      HqqStep library = new HqqSolver(w, spec, Hqq.V2).result();
      HqqStep auto = new HqqSolver(w, spec, Hqq.V2.with(AUTO)).result();
      assertEquals(0, library.shrinkActive());
      assertTrue(auto.shrinkActive() > 0.4, "active " + auto.shrinkActive());
      assertTrue(auto.meanAbsError() < 0.99 * library.meanAbsError(), auto + " " + library);
      assertTrue(auto.meanSquareError() < 0.99 * library.meanSquareError(), auto + " " + library);
      assertTrue(auto.meanLpError() < 0.99 * library.meanLpError(), auto + " " + library);
    }
  }

  /**
   * With β as a number, weights fifty times larger are another problem; relative to the step not.
   */
  @Test
  void aDeadZoneInStepsDoesNotDependOnTheWeightsScale() {
    Matrix large = GAUSS.combine(GAUSS, (w, same) -> 64 * w);
    QuantSpec spec = QuantSpec.of(3, 64);
    HqqSolver small = new HqqSolver(GAUSS, spec, Hqq.V2.with(AUTO));
    HqqSolver scaled = new HqqSolver(large, spec, Hqq.V2.with(AUTO));
    assertEquals(small.result().shrinkActive(), scaled.result().shrinkActive(), 1e-3);
    assertEquals(1, scaled.result().meanAbsError() / 64 / small.result().meanAbsError(), 1e-3);
    assertEquals(0.25f, small.shrinkThreshold() / meanScale(small), 1e-4);
    assertTrue(small.result().beta() > 100 * scaled.result().beta());
  }

  @Test
  void shrunkResidualsFollowEachGroupsOwnDeadZone() {
    HqqSolver solver = new HqqSolver(GAUSS, QuantSpec.of(2, 64), Hqq.LEGACY.with(AUTO));
    HqqStep start = solver.first();
    Matrix residual = solver.shrunkResidual(start);
    long active = 0;
    for (long i = 0; i < residual.size(); i++) {
      active += residual.at(i) == 0 ? 0 : 1;
    }
    assertEquals(solver.next(start).shrinkActive(), (double) active / residual.size(), 1e-12);
  }

  @Test
  void withAStopPerGroupNoGroupEverGetsWorse() {
    Matrix awkward = Golden.open("hqq/awkward").matrix("W");
    HqqOptions each = HqqOptions.LIBRARY.with(GroupStop.EACH);
    Hqq patient = new Hqq(0.7f, 10f, 100, EarlyStop.KEEP_LAST);
    for (Axis axis : Axis.values()) {
      QuantSpec spec = QuantSpec.of(4, 64).with(axis);
      HqqSolver solver = new HqqSolver(awkward, spec, patient.with(each));
      List<HqqStep> steps = solver.steps().toList();
      double[] before = groupErrors(awkward, solver, steps.getFirst());
      double[] after = groupErrors(awkward, solver, steps.getLast());
      for (int g = 0; g < before.length; g++) {
        assertTrue(after[g] <= before[g] * (1 + 1e-6), "group " + g + " along " + axis);
      }
      for (int i = 1; i < steps.size(); i++) {
        assertTrue(steps.get(i).meanAbsError() <= steps.get(i - 1).meanAbsError());
      }
      assertTrue(steps.getLast().meanAbsError() < steps.getFirst().meanAbsError());
      assertTrue(steps.getLast().zeroShift() < 1e-4, "the walk ends when hardly anything moves");
    }
  }

  @Test
  void integerZerosAreCodesAtEveryStep() {
    QuantSpec spec = QuantSpec.of(3, 64).with(ZeroPoint.INTEGER);
    HqqOptions whole = HqqOptions.LIBRARY.with(ZeroRule.WHOLE);
    HqqSolver solver = new HqqSolver(STUDENT, spec, Hqq.LEGACY.with(whole));
    for (HqqStep step : solver.steps().toList()) {
      for (int g = 0; g < step.params().groups(); g++) {
        float zero = step.params().zero(g);
        assertTrue(zero == Math.rint(zero) && zero >= 0 && zero <= 7, "zero " + zero);
      }
    }
    assertEquals(ZeroPoint.INTEGER, solver.quantized(solver.result()).spec().zeroPoint());
  }

  /** Why the scale search belongs to integer zeros: with a fixed step, whole zeros hardly move. */
  @ParameterizedTest
  @CsvSource({"2", "3", "4"})
  void wholeZerosStayButSearchedScalesPay(int bits) {
    QuantSpec spec = QuantSpec.of(bits, 64).with(ZeroPoint.INTEGER);
    HqqOptions whole = HqqOptions.LIBRARY.with(ZeroRule.WHOLE);
    HqqSolver solver = new HqqSolver(GAUSS, spec, Hqq.LEGACY.with(whole));
    HqqSolver searched =
        new HqqSolver(GAUSS, spec, Hqq.LEGACY.with(whole.with(ScaleStart.SEARCHED)));
    assertEquals(0, solver.next(solver.first()).zeroShift());
    assertTrue(
        searched.result().meanAbsError() < 0.98 * solver.result().meanAbsError(),
        searched.result() + " against " + solver.result());
  }

  @Test
  void theScaleSearchNeverRaisesAGroupsErrorWithItsCodesKept() {
    for (Axis axis : Axis.values()) {
      QuantSpec spec = QuantSpec.of(4, 64).with(axis);
      HqqStart range = HqqStart.ofRanges(STUDENT, spec, true);
      HqqStart searched = range.searched(STUDENT, spec);
      int moved = 0;
      for (int g = 0; g < range.params().groups(); g++) {
        assertEquals(1f / searched.inverseScales().at(g), searched.params().scale(g), 1e-6f);
        moved += searched.params().scale(g) == range.params().scale(g) ? 0 : 1;
      }
      assertTrue(moved > range.params().groups() / 2, moved + " groups moved");
      HqqOptions options = HqqOptions.LIBRARY.with(ScaleStart.SEARCHED);
      double with = new HqqSolver(STUDENT, spec, Hqq.LEGACY.with(options)).first().meanAbsError();
      double without = new HqqSolver(STUDENT, spec, Hqq.LEGACY).first().meanAbsError();
      assertTrue(with < without, with + " against " + without);
    }
  }

  @Test
  void allOffIsTheLibrary() {
    QuantSpec spec = QuantSpec.of(3, 64);
    HqqSolver plain = new HqqSolver(GAUSS, spec, Hqq.LEGACY);
    HqqSolver off = new HqqSolver(GAUSS, spec, Hqq.LEGACY.with(HqqOptions.LIBRARY));
    assertEquals(0, codesDiffering(plain, off));
    assertEquals(HqqOptions.LIBRARY, plain.config().options());
    assertEquals(HqqOptions.LIBRARY, plain.branch(Hqq.V2).config().options());
  }

  @Test
  void labelsNameWhatIsOurs() {
    assertEquals("", HqqOptions.LIBRARY.label());
    assertEquals("per-group stop", HqqOptions.LIBRARY.with(GroupStop.EACH).label());
    assertEquals(
        "β auto 0.25, integer zeros, per-group stop, scale search, half precision",
        AUTO.with(ZeroRule.WHOLE)
            .with(GroupStop.EACH)
            .with(ScaleStart.SEARCHED)
            .with(HqqArithmetic.HALF)
            .label());
  }

  @Test
  void refusesWhatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> new BetaRule.PerStep(0f));
    assertEquals(
        "deadZone 0.5 is outside (0, 0.5); it is a share of the group's step",
        assertThrows(IllegalArgumentException.class, () -> new BetaRule.PerStep(0.5f))
            .getMessage());
    HqqOptions whole = HqqOptions.LIBRARY.with(ZeroRule.WHOLE);
    assertEquals(
        "the integer-zero solve rounds each zero to a code, but the specification asks for FLOAT"
            + " zeros; use ZeroPoint.INTEGER",
        assertThrows(
                IllegalArgumentException.class,
                () -> new HqqSolver(GAUSS, QuantSpec.of(4, 64), Hqq.LEGACY.with(whole)))
            .getMessage());
  }

  private static double[] groupErrors(Matrix w, HqqSolver solver, HqqStep step) {
    Matrix back = solver.quantized(step).dequantized();
    return GroupErrors.between(w, back, solver.spec()).meanAbsolutes();
  }

  private static long codesDiffering(HqqSolver one, HqqSolver other) {
    return one.quantized(one.result())
        .codes()
        .countDifferent(other.quantized(other.result()).codes());
  }

  private static double meanScale(HqqSolver solver) {
    Matrix scales = solver.first().params().scales();
    return ErrorMetrics.between(scales, Matrix.zeros(scales.rows(), scales.cols())).meanAbs();
  }
}

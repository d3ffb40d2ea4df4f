package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.quant.BetaRule;
import halfstep.quant.Codes;
import halfstep.quant.EarlyStop;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The states that the direct way tells of beside those of the walk. */
class HqqOutcomeTest {

  static Stream<Hqq> solvers() {
    return Stream.of(
        Hqq.LEGACY,
        Hqq.HEAD,
        Hqq.V2,
        Hqq.SLOW,
        new Hqq(0.5f, 1000f, 1.2f, 7, EarlyStop.RESTORE_BEST),
        new Hqq(1f, 100f, 1f, 3, EarlyStop.KEEP_LAST));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void hasTheStatesOfTheWalk(Hqq config) {
    for (int bits : new int[] {2, 3, 4}) {
      Matrix w = HqqDirectTest.gaussian(96, 256, 0.05f, bits);
      QuantSpec spec = QuantSpec.of(bits, 64);
      check(w, spec, config, HqqDirect.direct(w, spec, config));
    }
  }

  /** Small matrices and options of ours take the walk itself. */
  @Test
  void whatIsWalkedHasThemToo() {
    QuantSpec spec = QuantSpec.of(3, 64);
    Matrix small = HqqDirectTest.gaussian(8, 256, 0.05f, 1);
    check(small, spec, Hqq.V2, HqqDirect.outcome(small, spec, Hqq.V2));
    Matrix large = HqqDirectTest.gaussian(513, 256, 0.05f, 2);
    Hqq own = new Hqq(0.7f, 10f, 4, EarlyStop.OFF);
    check(large, spec, own, HqqDirect.outcome(large, spec, own));
    Hqq ours = own.with(HqqOptions.LIBRARY.with(new BetaRule.PerStep(0.25f)));
    check(large, spec, ours, HqqDirect.outcome(large, spec, ours));
  }

  private static void check(Matrix w, QuantSpec spec, Hqq config, HqqOutcome outcome) {
    HqqSolver solver = new HqqSolver(w, spec, config);
    List<HqqStep> steps = solver.steps().toList();
    assertEquals(
        steps.stream().map(HqqStep::index).toList(),
        outcome.path().stream().map(HqqOutcome.State::index).toList());
    assertEquals(steps.getLast().index(), outcome.halfSteps());
    for (int i = 0; i < steps.size(); i++) {
      double error = steps.get(i).meanAbsError();
      assertEquals(error, outcome.path().get(i).meanAbsError(), 1e-7 * error, "state " + i);
    }
    Codes walked = solver.quantized(steps.getLast()).codes();
    assertEquals(0, walked.countDifferent(outcome.quantized().codes()));
  }
}

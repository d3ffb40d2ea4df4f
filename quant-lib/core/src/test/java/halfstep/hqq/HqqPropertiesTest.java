package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.BetaRule;
import halfstep.quant.EarlyStop;
import halfstep.quant.GroupStop;
import halfstep.quant.HqqArithmetic;
import halfstep.quant.HqqOptions;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ScaleStart;
import halfstep.quant.ZeroPoint;
import halfstep.quant.ZeroRule;
import halfstep.rtn.RoundToNearest;
import halfstep.rtn.RoundingRule;
import halfstep.tensor.Matrix;
import halfstep.testing.Weights;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the solver keeps for any weights, sizes and options. */
class HqqPropertiesTest {

  private static final List<HqqOptions> OPTIONS =
      List.of(
          HqqOptions.LIBRARY,
          HqqOptions.LIBRARY.with(BetaRule.PerStep.DEFAULT),
          HqqOptions.LIBRARY.with(GroupStop.EACH),
          HqqOptions.LIBRARY.with(ScaleStart.SEARCHED),
          HqqOptions.LIBRARY.with(ZeroRule.WHOLE),
          HqqOptions.LIBRARY.with(HqqArithmetic.HALF),
          HqqOptions.LIBRARY
              .with(ZeroRule.WHOLE)
              .with(ScaleStart.SEARCHED)
              .with(GroupStop.EACH)
              .with(new BetaRule.PerStep(0.4f)));

  static Stream<Weights> cases() {
    return LongStream.range(500, 540).mapToObj(Weights::of);
  }

  private static HqqSolver solver(Weights weights, Hqq config, HqqOptions options) {
    return new HqqSolver(
        weights.w(), weights.spec().with(options.zeros().zeroPoint()), config.with(options));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everythingThatComesOutIsFinite(Weights weights) {
    for (HqqOptions options : OPTIONS) {
      HqqSolver solver = solver(weights, Hqq.HEAD, options);
      for (HqqStep step : solver.steps().toList()) {
        for (double value :
            new double[] {
              step.meanAbsError(),
              step.meanSquareError(),
              step.meanLpError(),
              step.zeroShift(),
              step.shrinkActive()
            }) {
          assertTrue(Double.isFinite(value) && value >= 0, options + " " + step);
        }
      }
      QuantizedMatrix q = solver.quantized(solver.result());
      Matrix back = q.dequantized();
      for (long i = 0; i < back.size(); i++) {
        assertTrue(Float.isFinite(back.at(i)), options + " element " + i);
        assertTrue(q.codes().at(i) <= q.spec().maxCode());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theBestIsNeverWorseThanTheFirst(Weights weights) {
    Hqq best = new Hqq(0.7f, 10f, 20, EarlyStop.RESTORE_BEST);
    for (HqqOptions options : OPTIONS) {
      HqqSolver solver = solver(weights, best, options);
      double first = solver.first().meanAbsError();
      assertTrue(solver.result().meanAbsError() <= first, options.label());
    }
  }

  /** Step 0 is hqq without its optimiser, which rounds zeros at 4 bit. */
  @ParameterizedTest
  @MethodSource("cases")
  void theFirstStepIsRounding(Weights weights) {
    Weights floats = weights.with(ZeroPoint.FLOAT);
    boolean rounds = floats.spec().maxCode() == 15;
    RoundingRule rule = rounds ? new RoundingRule.RoundedZero() : new RoundingRule.FloatZero();
    HqqSolver solver = solver(floats, Hqq.LEGACY, HqqOptions.LIBRARY);
    QuantizedMatrix start = solver.quantized(solver.first());
    QuantizedMatrix rounded = RoundToNearest.quantize(floats.w(), floats.spec(), rule);
    assertEquals(0, start.codes().countDifferent(rounded.codes()));
    assertEquals(-1, start.params().zeros().segment().mismatch(rounded.params().zeros().segment()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stepsAreThoseOfAFreshSolver(Weights weights) {
    for (HqqOptions options : OPTIONS) {
      HqqSolver solver = solver(weights, Hqq.LEGACY, options);
      List<HqqStep> steps = solver.steps().toList();
      HqqStep before = steps.get(steps.size() - 2);
      HqqStep again = solver(weights, Hqq.LEGACY, options).next(before);
      assertEquals(steps.getLast().meanAbsError(), again.meanAbsError());
      assertEquals(steps.getLast().meanLpError(), again.meanLpError());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nanNeverComesIn(Weights weights) {
    Matrix w = weights.w().copy();
    w.put(weights.seed() % w.size(), Float.NaN);
    Weights bad = new Weights(weights.seed(), w, weights.spec());
    for (HqqOptions options : OPTIONS) {
      assertThrows(NonFiniteException.class, () -> solver(bad, Hqq.LEGACY, options));
    }
  }
}

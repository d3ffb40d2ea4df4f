package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.ErrorMetrics;
import halfstep.quant.EarlyStop;
import halfstep.quant.GroupParams;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.Golden;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HqqSolverTest {

  private static final Matrix W = gaussian(32, 192, 0.02f);

  @Test
  void stepsAreValuesThatCanBeTakenAgain() {
    HqqSolver solver = new HqqSolver(W, QuantSpec.of(3, 64), Hqq.DEFAULT);
    List<HqqStep> steps = solver.steps().toList();
    assertSame(steps.get(3), solver.next(steps.get(2)));
    assertSame(steps.get(3), new HqqSolver(W, QuantSpec.of(3, 64), Hqq.DEFAULT).next(steps.get(2)));
    assertSame(steps.getFirst(), solver.first());
  }

  @Test
  void aWalkFromTheMiddleGoesOnAsTheWholeOne() {
    HqqSolver solver = new HqqSolver(W, QuantSpec.of(3, 64), with(EarlyStop.OFF));
    List<HqqStep> whole = solver.steps().toList();
    List<HqqStep> rest = solver.steps(whole.get(12)).toList();
    assertEquals(9, rest.size());
    assertSame(whole.getLast(), rest.getLast());
  }

  @Test
  void aWalkThatHasEndedHasNoNextStep() {
    HqqSolver solver = new HqqSolver(W, QuantSpec.of(3, 64), with(EarlyStop.KEEP_LAST));
    Iterator<HqqStep> walk = solver.steps().iterator();
    while (walk.hasNext()) {
      walk.next();
    }
    assertThrows(NoSuchElementException.class, walk::next);
    HqqWalk one = new HqqWalk(solver.branch(new Hqq(0.7f, 10f, 1, EarlyStop.OFF)), solver::first);
    one.next();
    assertEquals(1, one.next().index());
    assertEquals(
        "the walk has ended", assertThrows(NoSuchElementException.class, one::next).getMessage());
  }

  @Test
  void aBranchGoesItsOwnWayFromTheSameState() {
    Matrix wide = gaussian(32, 192, 1f);
    HqqSolver solver = new HqqSolver(wide, QuantSpec.of(2, 64), Hqq.DEFAULT);
    HqqStep third = solver.steps().skip(3).findFirst().orElseThrow();
    HqqSolver branch = solver.branch(new Hqq(0.7f, 1000f, 20, EarlyStop.OFF));
    assertNotEqual(solver.next(third), branch.next(third));
    assertSame(solver.next(third), solver.next(third));
  }

  @Test
  void theErrorOfAStepIsThatOfItsCodes() {
    HqqSolver solver = new HqqSolver(W, QuantSpec.of(4, 64), Hqq.DEFAULT);
    solver
        .steps()
        .forEach(step -> {
          Matrix approximation = solver.quantized(step).dequantized();
          double measured = ErrorMetrics.between(W, approximation).meanAbs();
          assertEquals(measured, step.meanAbsError(), 1e-5 * measured);
        });
  }

  @Test
  void codesChangedCountsThem() {
    HqqSolver solver = new HqqSolver(W, QuantSpec.of(2, 64), Hqq.DEFAULT);
    List<HqqStep> steps = solver.steps().toList();
    for (int i = 1; i < steps.size(); i++) {
      QuantizedMatrix before = solver.quantized(steps.get(i - 1));
      QuantizedMatrix after = solver.quantized(steps.get(i));
      long changed = after.codes().countDifferent(before.codes());
      assertEquals(changed, steps.get(i).codesChanged());
    }
  }

  /** The finding: at the scale of a language model's weights the l_p term never acts. */
  @Test
  void theShrinkageIsInertOnOrdinaryWeights() {
    HqqSolver solver = new HqqSolver(W, QuantSpec.of(2, 64), Hqq.DEFAULT);
    assertEquals(0.1701, solver.shrinkThreshold(), 1e-4);
    HqqStep last = solver.result();
    assertEquals(0, last.shrinkActive());
    assertEquals(0, sumOfMagnitudes(solver.shrunkResidual(last)));
    HqqSolver wide = new HqqSolver(gaussian(32, 192, 1f), QuantSpec.of(2, 64), Hqq.DEFAULT);
    HqqStep active = wide.result();
    assertTrue(active.shrinkActive() > 0.3, "active share " + active.shrinkActive());
    assertTrue(sumOfMagnitudes(wide.shrunkResidual(active)) > 0);
  }

  @Test
  void earlyStopKeepsOrRestores() {
    Golden awkward = Golden.open("hqq/awkward");
    Matrix w = awkward.matrix("W");
    QuantSpec spec = QuantSpec.of(4, 64).with(halfstep.quant.Axis.OUT);
    HqqStep kept = new HqqSolver(w, spec, with(EarlyStop.KEEP_LAST)).result();
    HqqStep restored = new HqqSolver(w, spec, with(EarlyStop.RESTORE_BEST)).result();
    HqqStep all = new HqqSolver(w, spec, with(EarlyStop.OFF)).result();
    assertTrue(kept.meanAbsError() > restored.meanAbsError(), "the failing step is worse");
    assertTrue(restored.index() < kept.index());
    assertEquals(20, all.index());
  }

  @Test
  void constantTinyAndHugeGroupsStayFinite() {
    Matrix w = Matrix.zeros(4, 64);
    Random random = new Random(5);
    for (int c = 0; c < 64; c++) {
      w.set(1, c, 0.125f);
      w.set(2, c, (float) random.nextGaussian() * 1e-6f);
      w.set(3, c, (float) random.nextGaussian() * 300);
    }
    for (int bits : new int[] {1, 2, 3, 4, 8}) {
      HqqSolver solver = new HqqSolver(w, QuantSpec.of(bits, 64), Hqq.DEFAULT);
      Matrix back = solver.quantized(solver.result()).dequantized();
      for (long i = 0; i < back.size(); i++) {
        assertTrue(Float.isFinite(back.at(i)), bits + " bit, element " + i);
      }
    }
  }

  @Test
  void permutedRowsGivePermutedResults() {
    QuantSpec spec = QuantSpec.of(3, 64);
    Matrix swapped = W.copy();
    swapped.write(0, W.row(5), 0, 192);
    swapped.write(5 * 192, W.row(0), 0, 192);
    HqqSolver one = new HqqSolver(W, spec, with(EarlyStop.OFF));
    HqqSolver two = new HqqSolver(swapped, spec, with(EarlyStop.OFF));
    Matrix a = one.quantized(one.result()).dequantized();
    Matrix b = two.quantized(two.result()).dequantized();
    for (int c = 0; c < 192; c++) {
      assertEquals(a.get(5, c), b.get(0, c));
      assertEquals(a.get(17, c), b.get(17, c));
    }
  }

  @Test
  void refusesIntegerZerosAndNaN() {
    QuantSpec integer = QuantSpec.of(4, 64).with(ZeroPoint.INTEGER);
    assertEquals(
        "HQQ moves the zero continuously, but the specification asks for INTEGER zeros; use"
            + " ZeroPoint.FLOAT",
        assertThrows(IllegalArgumentException.class, () -> new HqqSolver(W, integer, Hqq.DEFAULT))
            .getMessage());
    Matrix bad = W.copy();
    bad.set(3, 4, Float.NaN);
    assertThrows(
        NonFiniteException.class, () -> new HqqSolver(bad, QuantSpec.of(4, 64), Hqq.DEFAULT));
  }

  @Test
  void theSoftThresholdIsExactlyZeroInsideItsDeadZone() {
    ShrinkLp shrink = new ShrinkLp(0.7f, 10f);
    assertEquals(0f, shrink.apply(0f));
    assertEquals(0f, shrink.apply(0.169f));
    assertEquals(0f, shrink.apply(-0.169f));
    assertEquals(1f - 0.1f, shrink.apply(1f), 1e-7f);
    assertEquals(-shrink.apply(0.5f), shrink.apply(-0.5f));
    ShrinkLp lOne = new ShrinkLp(1f, 10f);
    assertEquals(0.4f, lOne.apply(0.5f), 1e-7f);
    for (float r = 0; r < 0.2f; r += 1e-5f) {
      float slow = r == 0 ? 0f : Math.max(r - 0.1f * LpRoot.of(r, 0.7f - 1), 0f);
      assertEquals(slow, shrink.apply(r), "skip at " + r);
    }
  }

  private static Hqq with(EarlyStop stop) {
    return new Hqq(0.7f, 10f, 20, stop);
  }

  private static void assertSame(HqqStep expected, HqqStep actual) {
    assertEquals(expected.index(), actual.index());
    assertEquals(expected.meanAbsError(), actual.meanAbsError());
    assertEquals(expected.codesChanged(), actual.codesChanged());
    assertTrue(sameZeros(expected.params(), actual.params()));
  }

  private static void assertNotEqual(HqqStep one, HqqStep other) {
    assertFalse(sameZeros(one.params(), other.params()));
  }

  private static boolean sameZeros(GroupParams one, GroupParams other) {
    return one.zeros().segment().mismatch(other.zeros().segment()) < 0;
  }

  private static double sumOfMagnitudes(Matrix m) {
    double sum = 0;
    for (long i = 0; i < m.size(); i++) {
      sum += Math.abs(m.at(i));
    }
    return sum;
  }

  private static Matrix gaussian(int rows, int cols, float sigma) {
    Random random = new Random(7);
    Matrix w = Matrix.zeros(rows, cols);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian() * sigma);
    }
    return w;
  }
}

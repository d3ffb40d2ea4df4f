package halfstep.ls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hqq.HqqSolver;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.Axis;
import halfstep.quant.GroupParams;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import halfstep.testing.Golden;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeastSquaresSolverTest {

  /** Mean squared weight error beside HQQ's, in percent; the bound must be beaten. */
  @ParameterizedTest
  @CsvSource({
    "gauss, 2, -40", "gauss, 3, -13", "gauss, 4, -7",
    "student, 2, -28", "student, 3, -12", "student, 4, -6"
  })
  void beatsHqqInWeightError(String file, int bits, double bound) {
    Matrix w = Golden.open("hqq/" + file).matrix("W");
    QuantSpec spec = QuantSpec.of(bits, 64);
    HqqSolver hqq = new HqqSolver(w, spec, Hqq.LEGACY);
    LeastSquaresSolver ls = new LeastSquaresSolver(w, spec, 20);
    double theirs = meanSquare(w, hqq.quantized(hqq.result()));
    double ours = meanSquare(w, ls.quantized(ls.result()));
    double percent = 100 * (ours / theirs - 1);
    System.out.printf("least squares  %s %d bit: %.1f %% beside HQQ%n", file, bits, percent);
    assertTrue(percent <= bound, percent + " % is not below " + bound + " %");
  }

  @Test
  void noGroupIsEverWorseThanRounding() {
    Matrix w = Golden.open("hqq/awkward").matrix("W");
    for (Axis axis : Axis.values()) {
      QuantSpec spec = QuantSpec.of(3, 64).with(axis);
      LeastSquaresSolver solver = new LeastSquaresSolver(w, spec, 5);
      double[] ours = groupErrors(w, spec, solver.quantized(solver.result()));
      double[] rounding = groupErrors(w, spec, MinMaxRounding.codes(w, spec));
      for (int g = 0; g < ours.length; g++) {
        double slack = 1e-5 * rounding[g] + 1e-12;
        assertTrue(ours[g] <= rounding[g] + slack, "group " + g + " along " + axis);
      }
    }
  }

  @Test
  void theErrorOfAStepIsThatOfItsBestCodesAndNeverRises() {
    Matrix w = Golden.open("hqq/student").matrix("W");
    LeastSquaresSolver solver = new LeastSquaresSolver(w, QuantSpec.of(2, 64), 4);
    List<LeastSquaresStep> steps = solver.steps().toList();
    assertEquals(25, steps.size());
    for (int i = 0; i < steps.size(); i += 6) {
      double measured = meanSquare(w, solver.quantized(steps.get(i)));
      assertEquals(measured, steps.get(i).meanSquareError(), 1e-5 * measured);
    }
    for (int i = 1; i < steps.size(); i++) {
      assertTrue(steps.get(i).meanSquareError() <= steps.get(i - 1).meanSquareError());
    }
    assertEquals(
        steps.get(9).meanSquareError(), solver.next(steps.get(8)).meanSquareError(), "pure");
  }

  /** A group's best changes exactly where its error fell; that is what a step counts. */
  @Test
  void groupsThatImprovedAreCounted() {
    Matrix w = Golden.open("hqq/student").matrix("W");
    LeastSquaresSolver solver = new LeastSquaresSolver(w, QuantSpec.of(3, 64), 3);
    List<LeastSquaresStep> steps = solver.steps().toList();
    for (int i = 1; i < steps.size(); i++) {
      GroupParams before = steps.get(i - 1).best();
      GroupParams after = steps.get(i).best();
      long changed = 0;
      for (long g = 0; g < after.groups(); g++) {
        boolean same = before.scale(g) == after.scale(g) && before.zero(g) == after.zero(g);
        changed += same ? 0 : 1;
      }
      assertEquals(changed, steps.get(i).groupsImproved(), "step " + i);
    }
  }

  /** One round per start is the least; who goes on beyond the last start loses nothing. */
  @Test
  void aWalkMayGoOnBeyondItsEnd() {
    Matrix w = Golden.open("hqq/student").matrix("W");
    LeastSquaresSolver solver = new LeastSquaresSolver(w, QuantSpec.of(3, 64), 1);
    List<LeastSquaresStep> steps = solver.steps().toList();
    assertEquals(7, steps.size());
    LeastSquaresStep beyond = solver.next(solver.next(steps.getLast()));
    assertEquals(8, beyond.index());
    assertTrue(beyond.meanSquareError() <= steps.getLast().meanSquareError());
  }

  @Test
  void importanceMovesTheErrorAwayFromWhatCounts() {
    Matrix w = Golden.open("hqq/student").matrix("W");
    float[] importance = new float[(int) w.cols()];
    Arrays.fill(importance, 1f);
    importance[3] = 400f;
    QuantSpec spec = QuantSpec.of(2, 64);
    LeastSquaresSolver plain = new LeastSquaresSolver(w, spec, 10);
    LeastSquaresSolver weighted = new LeastSquaresSolver(w, spec, 10, importance);
    double before = columnError(w, plain.quantized(plain.result()), 3);
    double after = columnError(w, weighted.quantized(weighted.result()), 3);
    assertTrue(after < 0.5 * before, after + " against " + before);
  }

  @Test
  void refusesWhatItCannotSolve() {
    Matrix w = Matrix.zeros(4, 64);
    QuantSpec integer = QuantSpec.of(4, 64).with(ZeroPoint.INTEGER);
    assertEquals(
        "least squares moves the zero continuously, but the specification asks for INTEGER zeros;"
            + " use ZeroPoint.FLOAT",
        assertThrows(IllegalArgumentException.class, () -> new LeastSquaresSolver(w, integer, 20))
            .getMessage());
    assertEquals(
        "weights are 4 × 64, but there are 3 importances; one per input channel",
        assertThrows(
                ShapeException.class,
                () -> new LeastSquaresSolver(w, QuantSpec.of(4, 64), 20, new float[3]))
            .getMessage());
    float[] broken = new float[64];
    broken[5] = Float.POSITIVE_INFINITY;
    assertEquals(
        "importance: 1 of 64 values are not finite; the first is Infinity in row 0, column 5."
            + " Repair or exclude it.",
        assertThrows(
                NonFiniteException.class,
                () -> new LeastSquaresSolver(w, QuantSpec.of(4, 64), 20, broken))
            .getMessage());
    assertEquals(
        "rounds 0 leaves nothing to do; at least 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> new LeastSquaresSolver(w, QuantSpec.of(4, 64), 0))
            .getMessage());
  }

  private static double meanSquare(Matrix w, QuantizedMatrix q) {
    return ErrorMetrics.between(w, q.dequantized()).meanSquare();
  }

  private static double[] groupErrors(Matrix w, QuantSpec spec, QuantizedMatrix q) {
    Matrix back = q.dequantized();
    double[] errors = new double[(int) spec.grouping(w.shape()).groups()];
    for (long i = 0; i < w.size(); i++) {
      double r = w.at(i) - back.at(i);
      errors[(int) spec.grouping(w.shape()).groupOf(i)] += r * r;
    }
    return errors;
  }

  private static double columnError(Matrix w, QuantizedMatrix q, int column) {
    Matrix back = q.dequantized();
    double error = 0;
    for (long r = 0; r < w.rows(); r++) {
      error += Math.pow(w.get(r, column) - back.get(r, column), 2);
    }
    return error;
  }
}

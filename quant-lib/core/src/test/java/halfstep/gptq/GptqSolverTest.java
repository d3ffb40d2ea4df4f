package halfstep.gptq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.ErrorMetrics;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Gptq;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GptqSolverTest {

  private static final Matrix W = Inputs.gaussian(40, 192, 0.05f, 1);
  private static final Matrix X = Inputs.activations(300, 192, 2);
  private static final Hessian H = Hessian.of(X);

  private static QuantSpec spec(int bits, int group) {
    return QuantSpec.of(bits, group).with(ZeroPoint.INTEGER);
  }

  private static GptqSolver solver(int bits, int group, Gptq config) {
    return new GptqSolver(W, spec(bits, group), config, H);
  }

  private static double outputError(Matrix approximation) {
    return ErrorMetrics.between(
            Matmul.timesTransposed(X, W), Matmul.timesTransposed(X, approximation))
        .meanSquare();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void halvesTheOutputErrorOfRounding(int bits) {
    double rounded = outputError(RoundToNearest.quantize(W, spec(bits, 64)).dequantized());
    double solved = outputError(solver(bits, 64, Gptq.DEFAULT).result().dequantized());
    assertTrue(solved < 0.5 * rounded, solved + " against " + rounded);
  }

  /** What each column loses adds up to the whole: 2·loss = tr(ΔW · H_damped · ΔWᵀ). */
  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "true,true"})
  void lossesAddUpToTheObjective(boolean actOrder, boolean staticGroups) {
    Gptq config = Gptq.DEFAULT.withActOrder(actOrder).withStaticGroups(staticGroups);
    GptqSolver solver = solver(3, 64, config);
    List<GptqStep> steps = solver.steps().toList();
    Matrix delta = solver.quantized(steps).dequantized().combine(W, (a, b) -> a - b);
    Matrix half = Matmul.timesTransposed(delta, damped(H.matrix()));
    double trace = 0;
    for (long i = 0; i < delta.size(); i++) {
      trace += (double) half.at(i) * delta.at(i);
    }
    assertEquals(trace, 2 * steps.getLast().totalLoss(), 1e-3 * trace);
    double sum = steps.stream().mapToDouble(GptqStep::loss).sum();
    assertEquals(sum, steps.getLast().totalLoss(), 1e-9 * sum);
    assertTrue(steps.stream().mapToLong(GptqStep::codesMoved).sum() > 0);
  }

  private static Matrix damped(Matrix h) {
    Matrix a = h.copy();
    double mean = 0;
    for (int i = 0; i < h.rows(); i++) {
      mean += h.get(i, i) / h.rows();
    }
    for (int i = 0; i < h.rows(); i++) {
      a.set(i, i, h.get(i, i) + 0.01f * (float) mean);
    }
    return a;
  }

  /**
   * Optimal brain quantization, from which GPTQ comes, without Cholesky: after each column, H⁻¹
   * loses its row and column by one step of Gauss. In double.
   */
  @ParameterizedTest
  @CsvSource({"4,1", "4,17", "3,128", "2,1000"})
  void equalsSlowEliminationForEveryBlockSize(int bits, int blockSize) {
    GptqSolver solver = solver(bits, QuantSpec.WHOLE, Gptq.DEFAULT.withBlockSize(blockSize));
    QuantizedMatrix ours = solver.result();
    double[][] inverse = Textbook.inverse(Textbook.of(damped(H.matrix())));
    double[][] w = Textbook.of(W);
    int different = 0;
    for (int j = 0; j < 192; j++) {
      for (int r = 0; r < 40; r++) {
        float scale = ours.params().scale(r);
        float zero = ours.params().zero(r);
        double code = Math.rint(w[r][j] / scale) + zero;
        code = Math.min(Math.max(code, 0), (1 << bits) - 1);
        different += code == ours.codes().get(r, j) ? 0 : 1;
        double error = (w[r][j] - (code - zero) * scale) / inverse[j][j];
        for (int k = j; k < 192; k++) {
          w[r][k] -= error * inverse[j][k];
        }
      }
      eliminate(inverse, j);
    }
    assertTrue(different < 0.01 * W.size(), different + " codes differ");
  }

  private static void eliminate(double[][] inverse, int j) {
    for (int i = j + 1; i < inverse.length; i++) {
      double factor = inverse[i][j] / inverse[j][j];
      for (int k = j; k < inverse.length; k++) {
        inverse[i][k] -= factor * inverse[j][k];
      }
    }
  }

  @Test
  void stepsAreValuesAndAWalkBeginsAnew() {
    GptqSolver solver = solver(4, 64, Gptq.DEFAULT.withBlockSize(80));
    List<GptqStep> steps = solver.steps().toList();
    assertArrayEquals(new int[] {80, 80, 32}, steps.stream().mapToInt(GptqStep::columns).toArray());
    assertArrayEquals(
        new int[] {0, 80, 160}, steps.stream().mapToInt(GptqStep::firstColumn).toArray());
    assertArrayEquals(new int[] {0, 1, 2}, steps.stream().mapToInt(GptqStep::index).toArray());
    // groups 0 and 1 begin at columns 0 and 64, group 2 at 128
    assertArrayEquals(
        new int[] {2, 1, 0}, steps.stream().mapToInt(step -> step.started().size()).toArray());
    List<GptqStep> again = solver.steps().toList();
    assertEquals(steps.getLast().totalLoss(), again.getLast().totalLoss());
    assertEquals(0, steps.get(1).codes().countDifferent(again.get(1).codes()));
    assertEquals(
        "the 2 steps hold 160 of 192 columns; collect all of steps()",
        refusal(() -> solver.quantized(steps.subList(0, 2))));
  }

  @Test
  void permutedRowsGivePermutedResults() {
    Matrix swapped = W.copy();
    swapped.write(0, W.row(5), 0, 192);
    swapped.write(5 * 192, W.row(0), 0, 192);
    Matrix one = solver(3, 64, Gptq.DEFAULT).result().dequantized();
    Matrix two = new GptqSolver(swapped, spec(3, 64), Gptq.DEFAULT, H).result().dequantized();
    assertArrayEquals(one.row(5), two.row(0));
    assertArrayEquals(one.row(17), two.row(17));
  }

  @Test
  void deadChannelsBecomeZeroAndAreCounted() {
    Matrix x = X.copy();
    for (int t = 0; t < 300; t++) {
      x.set(t, 9, 0);
      x.set(t, 100, 0);
    }
    GptqSolver solver = new GptqSolver(W, spec(4, 64), Gptq.DEFAULT, Hessian.of(x));
    assertEquals(2, solver.deadChannels());
    Matrix back = solver.result().dequantized();
    for (int r = 0; r < 40; r++) {
      assertEquals(0f, back.get(r, 9));
      assertEquals(0f, back.get(r, 100));
    }
  }

  @Test
  void awkwardRowsStayFinite() {
    Matrix w = Matrix.zeros(6, 192);
    for (int c = 0; c < 192; c++) {
      w.set(1, c, 0.125f);
      w.set(2, c, W.get(0, c) * 1e-6f);
      w.set(3, c, W.get(0, c) * 6000);
      w.set(4, c, Float.MIN_VALUE * (c % 2));
      w.set(5, c, -Math.abs(W.get(0, c)));
    }
    for (boolean symmetric : new boolean[] {false, true}) {
      for (boolean mse : new boolean[] {false, true}) {
        Gptq config = Gptq.DEFAULT.withSymmetric(symmetric).withMse(mse);
        Matrix back = new GptqSolver(w, spec(3, 32), config, H).result().dequantized();
        for (long i = 0; i < back.size(); i++) {
          assertTrue(Float.isFinite(back.at(i)), "element " + i);
        }
        assertEquals(0f, back.get(0, 3));
      }
    }
  }

  /** Fewer tokens than channels leave H singular; with no damping asked for, it is raised. */
  @Test
  void raisesDampingAndSaysSo() {
    Hessian few = Hessian.of(Inputs.activations(20, 192, 3));
    GptqSolver solver = new GptqSolver(W, spec(4, 64), Gptq.DEFAULT.withDamping(0), few);
    assertTrue(solver.damping().isRaised());
    assertEquals(0.01, solver.damping().used());
    assertTrue(
        solver
            .damping()
            .toString()
            .matches(
                "the Hessian is not positive definite with damping 0\\.0 \\(pivot of channel \\d+\\),"
                    + " so damping was raised to 0\\.01; calibrate with more text, or ask for more"
                    + " damping"),
        solver.damping().toString());
    assertEquals("damping 0.01", solver(4, 64, Gptq.DEFAULT).damping().toString());
  }

  @Test
  void givesUpBeyondTheLargestDamping() {
    Matrix indefinite = Matrix.of(2, 2, 1, 5, 5, 1);
    ColumnOrder order = ColumnOrder.natural(2);
    assertEquals(
        "the Hessian of 2 channels is not positive definite even with damping 1.0 of its mean"
            + " diagonal (pivot of channel 0); it is no sum of squares of activations",
        refusal(() -> InverseFactor.of(indefinite, order, 0.01)));
    Matrix infinite = Matrix.of(2, 2, 1, 0, 0, Float.POSITIVE_INFINITY);
    assertThrows(NonFiniteException.class, () -> InverseFactor.of(infinite, order, 0.01));
  }

  @Test
  void refusesOtherSpecificationsAndShapes() {
    QuantSpec floats = QuantSpec.of(4, 64);
    assertEquals(
        "GPTQ rounds on integer zeros along axis 1, but the specification says FLOAT zeros along"
            + " axis 1",
        refusal(() -> new GptqSolver(W, floats, Gptq.DEFAULT, H)));
    assertTrue(
        refusal(() -> new GptqSolver(W, spec(4, 64).with(Axis.OUT), Gptq.DEFAULT, H))
            .endsWith("INTEGER zeros along axis 0"));
    QuantSpec symmetric = spec(4, 64).with(ZeroPoint.SYMMETRIC);
    assertTrue(
        refusal(() -> new GptqSolver(W, symmetric, Gptq.DEFAULT, H))
            .contains("the specification says SYMMETRIC zeros"));
    Gptq middle = Gptq.DEFAULT.withSymmetric(true);
    assertEquals(
        0,
        new GptqSolver(W, symmetric, middle, H)
            .result()
            .codes()
            .countDifferent(solver(4, 64, middle).result().codes()));
    QuantSpec ternary = new QuantSpec(Bits.TERNARY, 64, Axis.IN, ZeroPoint.INTEGER);
    assertEquals(
        "GPTQ's symmetric grid puts the zero between two codes, but 1.58 bits have three, so that"
            + " it would be 1.5; use asymmetric grids",
        refusal(() -> new GptqSolver(W, ternary, Gptq.DEFAULT.withSymmetric(true), H)));
    assertEquals(2, new GptqSolver(W, ternary, Gptq.DEFAULT, H).result().spec().maxCode());
    assertEquals(
        "weights are 40 × 192 but the Hessian has 191 channels; in must agree",
        assertThrows(
                ShapeException.class,
                () -> new GptqSolver(W, spec(4, 64), Gptq.DEFAULT, new Hessian(191)))
            .getMessage());
    assertEquals(
        "in = 192 is no multiple of groupSize 80; nearest that divide it: 64, 96",
        refusal(() -> solver(4, 80, Gptq.DEFAULT)));
    Matrix bad = W.copy();
    bad.put(5, Float.NaN);
    assertThrows(NonFiniteException.class, () -> new GptqSolver(bad, spec(4, 64), Gptq.DEFAULT, H));
  }

  @Test
  void refusesParametersOutsideTheirRange() {
    assertEquals("blockSize 0 is empty; at least 1", refusal(() -> Gptq.DEFAULT.withBlockSize(0)));
    assertEquals("damping 1.5 is outside [0, 1]", refusal(() -> Gptq.DEFAULT.withDamping(1.5)));
    assertEquals(
        "damping NaN is outside [0, 1]", refusal(() -> Gptq.DEFAULT.withDamping(Double.NaN)));
  }

  /** Steps already taken stay whole; the walk that was cut cannot go on. */
  @Test
  void anInterruptStopsInsideABlock() {
    GptqSolver solver = solver(4, 64, Gptq.DEFAULT.withBlockSize(64));
    Iterator<GptqStep> walk = new GptqWalk(solver);
    GptqStep first = walk.next();
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, walk::next);
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(
        "these steps were interrupted inside a column block; start anew with steps()",
        assertThrows(IllegalStateException.class, walk::next).getMessage());
    GptqStep again = solver.steps().findFirst().orElseThrow();
    assertEquals(0, first.codes().countDifferent(again.codes()));
  }

  private static String refusal(org.junit.jupiter.api.function.Executable work) {
    return String.valueOf(assertThrows(IllegalArgumentException.class, work).getMessage());
  }
}

package halfstep.ls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.compose.Quantize;
import halfstep.metric.GroupErrors;
import halfstep.quant.Axis;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.testing.Weights;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What least squares keeps for any weights and sizes. */
class LeastSquaresPropertiesTest {

  private static final int ROUNDS = 5;

  static Stream<Weights> cases() {
    return LongStream.range(0, 60).mapToObj(Weights::of).map(w -> w.with(ZeroPoint.FLOAT));
  }

  private static QuantizedMatrix solved(Matrix w, QuantSpec spec) {
    return Quantize.dataFree(w, spec, new LeastSquares(ROUNDS));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void noGroupIsWorseThanRounding(Weights weights) {
    Matrix w = weights.w();
    QuantSpec spec = weights.spec();
    double[] ours = GroupErrors.between(w, solved(w, spec).dequantized(), spec).meanSquares();
    Matrix rounded = RoundToNearest.quantize(w, spec).dequantized();
    double[] rounding = GroupErrors.between(w, rounded, spec).meanSquares();
    for (int g = 0; g < ours.length; g++) {
      assertTrue(ours[g] <= rounding[g] * (1 + 1e-5) + 1e-12, "group " + g);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void finiteWeightsGiveFiniteResults(Weights weights) {
    QuantizedMatrix q = solved(weights.w(), weights.spec());
    Matrix back = q.dequantized();
    for (long i = 0; i < back.size(); i++) {
      assertTrue(Float.isFinite(back.at(i)), "element " + i);
      assertTrue(q.codes().at(i) <= weights.spec().maxCode(), "code " + i);
    }
    for (long g = 0; g < q.params().groups(); g++) {
      assertTrue(q.params().scale(g) > 0 && Float.isFinite(q.params().scale(g)), "scale " + g);
      assertTrue(Float.isFinite(q.params().zero(g)), "zero " + g);
    }
  }

  /** The way with every step kept and the way without give the same codes. */
  @ParameterizedTest
  @MethodSource("cases")
  void theTracedWalkIsTheFastOne(Weights weights) {
    LeastSquaresSolver solver = new LeastSquaresSolver(weights.w(), weights.spec(), ROUNDS);
    QuantizedMatrix traced = solver.quantized(solver.steps().toList().getLast());
    QuantizedMatrix fast = solved(weights.w(), weights.spec());
    assertEquals(0, traced.codes().countDifferent(fast.codes()));
    for (long g = 0; g < fast.params().groups(); g++) {
      assertEquals(traced.params().scale(g), fast.params().scale(g), "scale " + g);
      assertEquals(traced.params().zero(g), fast.params().zero(g), "zero " + g);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void permutedRowsGivePermutedResults(Weights weights) {
    QuantSpec rows = weights.spec().with(Axis.IN);
    if (rows.groupSize() == QuantSpec.TENSOR) {
      rows = rows.withGroup(QuantSpec.WHOLE);
    }
    Matrix w = weights.w();
    Matrix reversed = Matrix.zeros(w.rows(), w.cols());
    for (long r = 0; r < w.rows(); r++) {
      reversed.write(r * w.cols(), w.row(w.rows() - 1 - r), 0, (int) w.cols());
    }
    QuantizedMatrix one = solved(w, rows);
    QuantizedMatrix other = solved(reversed, rows);
    for (long r = 0; r < w.rows(); r++) {
      for (long c = 0; c < w.cols(); c++) {
        assertEquals(one.codes().get(r, c), other.codes().get(w.rows() - 1 - r, c));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nanAndInfinityNeverComeIn(Weights weights) {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      Matrix w = weights.w().copy();
      w.put(w.size() / 2, bad);
      assertThrows(NonFiniteException.class, () -> solved(w, weights.spec()));
    }
  }
}

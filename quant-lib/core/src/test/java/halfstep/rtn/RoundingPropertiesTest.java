package halfstep.rtn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Grouping;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import halfstep.testing.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What rounding keeps for any weights, sizes and rules. */
class RoundingPropertiesTest {

  private static final List<RoundingRule> RULES =
      List.of(
          new RoundingRule.FloatZero(),
          new RoundingRule.RoundedZero(),
          new RoundingRule.IntegerZero(),
          new RoundingRule.Symmetric(),
          new RoundingRule.GptqGrid(false),
          new RoundingRule.GptqGrid(true));

  static Stream<Weights> cases() {
    return LongStream.range(0, 80).mapToObj(Weights::of);
  }

  /** Rules without a middle code for the case's width are left out. */
  private static List<RoundingRule> rules(Weights weights) {
    Bits bits = weights.spec().bits();
    List<RoundingRule> rules = new ArrayList<>(RULES);
    rules.removeIf(rule -> rule instanceof RoundingRule.Symmetric && bits == Bits.ONE);
    rules.removeIf(rule -> bits == Bits.TERNARY && isSymmetric(rule));
    return rules;
  }

  private static boolean isSymmetric(RoundingRule rule) {
    return switch (rule) {
      case RoundingRule.Symmetric() -> true;
      case RoundingRule.GptqGrid(boolean symmetric) -> symmetric;
      case RoundingRule.FloatZero(), RoundingRule.RoundedZero(), RoundingRule.IntegerZero() ->
          false;
    };
  }

  /** Inside the grid at most half a step; outside it, the nearest end. */
  @ParameterizedTest
  @MethodSource("cases")
  void theErrorIsAtMostHalfAStepInsideTheRange(Weights weights) {
    for (RoundingRule rule : rules(weights)) {
      QuantizedMatrix q = quantize(weights, rule);
      Matrix back = q.dequantized();
      Grouping grouping = q.spec().grouping(q.shape());
      for (long i = 0; i < back.size(); i++) {
        long group = grouping.groupOf(i);
        float scale = q.params().scale(group);
        float zero = q.params().zero(group);
        int code = q.codes().at(i);
        assertTrue(code <= q.spec().maxCode(), rule + " code " + code);
        double least = -zero * (double) scale;
        double most = (q.spec().maxCode() - zero) * (double) scale;
        double nearest = Math.min(Math.max(weights.w().at(i), least), most);
        double slack = 1e-5 * scale * Math.max(1, Math.abs(zero));
        assertEquals(nearest, back.at(i), scale / 2 + slack, rule + " element " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void finiteWeightsGiveFiniteResults(Weights weights) {
    for (RoundingRule rule : rules(weights)) {
      QuantizedMatrix q = quantize(weights, rule);
      requireFinite(q.params().scales(), rule + " scales");
      requireFinite(q.params().zeros(), rule + " zeros");
      requireFinite(q.dequantized(), rule + " weights");
      for (int g = 0; g < q.params().groups(); g++) {
        assertTrue(q.params().scale(g) > 0, rule + " scale of group " + g);
      }
    }
  }

  /** Along axis 1 rows are independent: permuting them permutes what comes out. */
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
    QuantizedMatrix one = RoundToNearest.quantize(w, rows);
    QuantizedMatrix other = RoundToNearest.quantize(reversed, rows);
    for (long r = 0; r < w.rows(); r++) {
      for (long c = 0; c < w.cols(); c++) {
        assertEquals(one.codes().get(r, c), other.codes().get(w.rows() - 1 - r, c));
      }
    }
  }

  /** What the grid holds already comes back: rounding twice is rounding once, ends included. */
  @ParameterizedTest
  @MethodSource("cases")
  void theEndsOfEveryRangeComeBack(Weights weights) {
    QuantSpec spec = weights.spec().with(new RoundingRule.FloatZero().zeroPoint());
    QuantizedMatrix q = RoundToNearest.quantize(weights.w(), spec);
    Grouping grouping = spec.grouping(q.shape());
    Matrix back = q.dequantized();
    for (long g = 0; g < grouping.groups(); g++) {
      float least = Float.POSITIVE_INFINITY;
      float most = Float.NEGATIVE_INFINITY;
      float leastBack = Float.POSITIVE_INFINITY;
      float mostBack = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < grouping.size(); i++) {
        long at = grouping.index(g, i);
        least = Math.min(least, weights.w().at(at));
        most = Math.max(most, weights.w().at(at));
        leastBack = Math.min(leastBack, back.at(at));
        mostBack = Math.max(mostBack, back.at(at));
      }
      if (most - least > 0.1f) {
        float slack = 1e-5f * Math.max(Math.abs(least), Math.abs(most));
        assertEquals(least, leastBack, slack, "least of group " + g);
        assertEquals(most, mostBack, slack, "most of group " + g);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nanAndInfinityNeverComeIn(Weights weights) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Matrix w = weights.w().copy();
      w.put(weights.seed() % w.size(), bad);
      NonFiniteException refusal =
          assertThrows(NonFiniteException.class, () -> RoundToNearest.quantize(w, weights.spec()));
      assertTrue(String.valueOf(refusal.getMessage()).contains(String.valueOf(bad)));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void groupsThatDoNotDivideAreNamed(Weights weights) {
    long in = weights.w().cols();
    int odd = (int) in * 2 + 1;
    QuantSpec spec = weights.spec().with(Axis.IN).withGroup(odd);
    ShapeException refusal =
        assertThrows(ShapeException.class, () -> RoundToNearest.quantize(weights.w(), spec));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .startsWith("in = %d is no multiple of groupSize %d; nearest".formatted(in, odd)),
        refusal.getMessage());
  }

  private static QuantizedMatrix quantize(Weights weights, RoundingRule rule) {
    return RoundToNearest.quantize(weights.w(), weights.spec().with(rule.zeroPoint()), rule);
  }

  private static void requireFinite(Matrix values, String what) {
    for (long i = 0; i < values.size(); i++) {
      assertFalse(!Float.isFinite(values.at(i)), what + " hold " + values.at(i));
    }
  }
}

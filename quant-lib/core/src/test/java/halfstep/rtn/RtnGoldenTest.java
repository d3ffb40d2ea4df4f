package halfstep.rtn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import halfstep.testing.HqqUnpacking;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Rounding with float zeros against hqq with its optimiser off; GPTQ's grid against its authors'.
 */
class RtnGoldenTest {

  private static final Golden VARIANTS = Golden.open("hqq/variants");

  @Test
  void equalsHqqWithoutOptimiser() {
    compare("rtn_float_zero", new RoundingRule.FloatZero());
    compare("rtn_round_zero", new RoundingRule.RoundedZero());
  }

  private static void compare(String variant, RoundingRule rule) {
    double codes = 0;
    double zeros = 0;
    double scales = 0;
    for (String bits : new String[] {"8", "4", "3", "2", "1.58", "1"}) {
      for (Axis axis : Axis.values()) {
        QuantSpec spec = new QuantSpec(Bits.of(bits), 64, axis, ZeroPoint.FLOAT);
        String key = "%s.b%s.a%d.".formatted(variant, bits, axis.number());
        Matrix w = VARIANTS.matrix("W");
        QuantizedMatrix ours = RoundToNearest.quantize(w, spec, rule);
        int groups = (int) (w.size() / 64);
        int[] expected =
            HqqUnpacking.unpack(
                VARIANTS.doubles(key + "packed"),
                spec.bits(),
                axis == Axis.OUT ? 64 : groups,
                axis == Axis.OUT ? groups : 64);
        for (int i = 0; i < expected.length; i++) {
          codes += ours.codes().at(i) == expected[i] ? 0 : 1;
        }
        zeros = Math.max(zeros, worst(VARIANTS.doubles(key + "zero"), ours.params().zeros()));
        scales = Math.max(scales, worst(VARIANTS.doubles(key + "scale"), ours.params().scales()));
      }
    }
    String name = "hqq/variants %s (12 cases)".formatted(variant);
    FidelityTable.row(name, "codes differing", 0, codes);
    FidelityTable.row(name, "zeros / max(1, |z|)", 1e-6, zeros);
    FidelityTable.row(name, "scales / max(1, |s|)", 1e-6, scales);
  }

  private static double worst(double[] expected, Matrix ours) {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double deviation = Math.abs(expected[i] - ours.at(i)) / Math.max(1, Math.abs(expected[i]));
      worst = Math.max(worst, deviation);
    }
    return worst;
  }

  /**
   * Static groups come from the weights as they were, but for the dead channel, which is zeroed.
   */
  @Test
  void gptqGridsAreThoseOfItsAuthors() {
    Golden golden = Golden.open("gptq/solver");
    Matrix w = golden.matrix("W");
    QuantSpec rows = QuantSpec.of(4, QuantSpec.WHOLE).with(ZeroPoint.INTEGER);
    compareGptq(golden, "b4.g-1.sym", w, rows, true);
    Matrix dead = w.copy();
    for (long r = 0; r < dead.rows(); r++) {
      dead.set(r, 5, 0f);
    }
    compareGptq(golden, "b4.g32.asym.act.static", dead, rows.withGroup(32), false);
  }

  private static void compareGptq(
      Golden golden, String key, Matrix w, QuantSpec spec, boolean symmetric) {
    RoundingRule rule = new RoundingRule.GptqGrid(symmetric);
    GroupParams ours = RoundToNearest.quantize(w, spec, rule).params();
    double[] scales = golden.doubles(key + "/scales_in_call_order");
    double[] zeros = golden.doubles(key + "/zeros_in_call_order");
    int rows = (int) w.rows();
    int groups = scales.length / rows;
    double worst = 0;
    double different = 0;
    for (int i = 0; i < scales.length; i++) {
      int ourGroup = i % rows * groups + i / rows;
      double deviation = Math.abs(ours.scale(ourGroup) - scales[i]) / scales[i];
      worst = Math.max(worst, deviation);
      different += ours.zero(ourGroup) == zeros[i] ? 0 : 1;
    }
    FidelityTable.row("gptq/solver grid " + key, "scales, relative", 1e-6, worst);
    FidelityTable.row("gptq/solver grid " + key, "zeros differing", 0, different);
  }

  /** By hand: range 0 … 15 in steps of 1, AWQ's rounding with an integer zero. */
  @Test
  void integerZerosFollowTheFormula() {
    Matrix w = Matrix.of(1, 4, -3f, 0f, 4.4f, 12f);
    QuantSpec spec = QuantSpec.of(4, 4).with(ZeroPoint.INTEGER);
    QuantizedMatrix q = RoundToNearest.quantize(w, spec);
    assertEquals(1f, q.params().scale(0));
    assertEquals(3f, q.params().zero(0));
    assertEquals("0 3 7 15", codes(q));
    assertEquals(4f, q.dequantized().at(2));
  }

  /** The zero is forced to a code, so a group far from 0 saturates: AWQ's known weakness. */
  @Test
  void aConstantGroupSaturatesWithIntegerZeros() {
    Matrix w = Matrix.of(1, 4, 0.125f, 0.125f, 0.125f, 0.125f);
    QuantSpec spec = QuantSpec.of(4, 4).with(ZeroPoint.INTEGER);
    QuantizedMatrix q = RoundToNearest.quantize(w, spec);
    assertEquals("15 15 15 15", codes(q));
    assertEquals(1e-5f, q.dequantized().at(0), 1e-9f);
  }

  private static String codes(QuantizedMatrix q) {
    return Stream.iterate(0, i -> i + 1)
        .limit(q.shape().size())
        .map(i -> String.valueOf(q.codes().at(i)))
        .reduce((a, b) -> a + " " + b)
        .orElseThrow();
  }
}

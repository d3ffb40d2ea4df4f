package halfstep.rtn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import halfstep.testing.HqqUnpacking;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rounding with float zeros against hqq with its optimiser off. */
class RtnGoldenTest {

  private static final Golden VARIANTS = Golden.open("hqq/variants");

  @Test
  void equalsHqqWithoutOptimiser() {
    double codes = 0;
    double zeros = 0;
    for (String bits : new String[] {"8", "4", "3", "2", "1.58", "1"}) {
      for (Axis axis : Axis.values()) {
        QuantSpec spec = new QuantSpec(Bits.of(bits), 64, axis, ZeroPoint.FLOAT);
        String key = "rtn_float_zero.b%s.a%d.".formatted(bits, axis.number());
        Matrix w = VARIANTS.matrix("W");
        QuantizedMatrix ours = RoundToNearest.quantize(w, spec);
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
        double[] zero = VARIANTS.doubles(key + "zero");
        for (int g = 0; g < groups; g++) {
          double deviation = Math.abs(zero[g] - ours.params().zero(g)) / Math.max(1, zero[g]);
          zeros = Math.max(zeros, deviation);
        }
      }
    }
    FidelityTable.row("hqq/variants rtn (12 cases)", "codes differing", 0, codes);
    FidelityTable.row("hqq/variants rtn (12 cases)", "zeros / max(1, |z|)", 1e-6, zeros);
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

package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.GroupIndex;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;

/**
 * How far a weight may move when its scale and zero are rounded to float16, weight by weight.
 *
 * <p>Rounding moves x by at most ρ(x) = max(|x| · 2⁻¹¹, 2⁻²⁵). So ŵ = s (q − z), stored as
 *
 * <ul>
 *   <li>s and a whole zero, moves by at most ρ(s) |q − z|;
 *   <li>s and z, by at most ρ(s) |q − z| + (|s| + ρ(s)) ρ(z);
 *   <li>s and m = −s z, GGUF's Q4_1, by at most ρ(s) q + ρ(s z);
 *   <li>ŵ itself, by at most ρ(ŵ).
 * </ul>
 *
 * <p>Both sides compute in float32: that adds a few roundings of 2⁻²⁴ of |s| (q + |z|).
 */
enum HalfBounds {
  WHOLE_ZERO {
    @Override
    double of(double s, double q, double z) {
      return half(s) * Math.abs(q - z);
    }
  },
  FLOAT_ZERO {
    @Override
    double of(double s, double q, double z) {
      return half(s) * Math.abs(q - z) + (Math.abs(s) + half(s)) * half(z);
    }
  },
  MINIMUM {
    @Override
    double of(double s, double q, double z) {
      return half(s) * q + half(s * z);
    }
  },
  WEIGHT {
    @Override
    double of(double s, double q, double z) {
      return half(s * (q - z));
    }
  };

  private static final double FLOAT = 0x1p-22;

  /** Exact arithmetic on rounded numbers. */
  abstract double of(double s, double q, double z);

  /** ρ: half a unit in the last of eleven places, or of the smallest subnormal. */
  static double half(double x) {
    return Math.max(Math.abs(x) * 0x1p-11, 0x1p-25);
  }

  /**
   * Compares every weight of a layer with its bound.
   *
   * @param solved groups along the inputs
   */
  void check(String layer, QuantizedMatrix solved, Matrix written) {
    assertEquals(solved.shape(), written.shape(), layer);
    Matrix before = solved.dequantized();
    long perRow = solved.params().groups() / solved.shape().rows();
    long size = solved.shape().cols() / perRow;
    GroupIndex index = solved.groupIndex();
    byte[] codes = new byte[Math.toIntExact(solved.shape().cols())];
    for (long r = 0; r < written.rows(); r++) {
      solved.codes().read(r * codes.length, codes);
      for (int c = 0; c < codes.length; c++) {
        long group = r * perRow + (index == null ? c / size : index.group(c));
        double s = solved.params().scale(group);
        double z = solved.params().zero(group);
        double q = Byte.toUnsignedInt(codes[c]);
        double most = of(s, q, z) + FLOAT * Math.abs(s) * (q + Math.abs(z));
        double moved = Math.abs((double) written.get(r, c) - before.get(r, c));
        long row = r;
        int column = c;
        assertTrue(
            moved <= most,
            () ->
                "%s[%d, %d] moved by %g, allowed are %g (s = %g, q = %g, z = %g)"
                    .formatted(layer, row, column, moved, most, s, q, z));
      }
    }
  }
}

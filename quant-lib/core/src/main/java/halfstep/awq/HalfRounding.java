package halfstep.awq;

import static halfstep.tensor.Halves.half;

import halfstep.quant.Codes;
import halfstep.quant.FiniteCheck;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Rounding;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;

/**
 * The last step of AutoAWQ, bit for bit: rounding on integer zeros in half precision, each single
 * operation rounded to float16 before the next. Its result can differ from float32's in a code at a
 * rounding boundary, and in every scale's last bits; a file must hold what its reader computes
 * with.
 *
 * <pre>
 * w ← half(w);   s = max(max − min, 1e-5) / Q;   z = clamp(−round(min / s), 0, Q)
 * ŵ = (clamp(round(w / s) + z, 0, Q) − z) · s;   code = round((ŵ + z · s) / s)
 * </pre>
 *
 * <p>Reference: AutoAWQ {@code quantize/quantizer.py}, pseudo_quantize_tensor, then {@code
 * modules/linear/gemm.py}, from_linear, which takes the code from {@code ŵ}.
 */
public final class HalfRounding {

  private static final String WORK = "rounding in half precision";

  private static final float LEAST_RANGE = half(1e-5f);

  private HalfRounding() {}

  /**
   * Quantizes one matrix.
   *
   * @param w finite weights, {@code out × in}, scales and clips applied; not modified
   * @param spec must group along axis 1 with integer zeros
   * @return codes, zeros, and scales that are float16 values
   * @throws halfstep.quant.NonFiniteException if a weight is not finite, or beyond 65504 and so not
   *     finite in half precision
   * @throws IllegalArgumentException if a group's range overflows float16
   */
  public static QuantizedMatrix quantize(Matrix w, QuantSpec spec) {
    AwqChecks.requireGrid(spec);
    FiniteCheck.require(w, "weights");
    Grouping grouping = spec.grouping(w.shape());
    Matrix halved = halved(w, grouping);
    FiniteCheck.require(halved, "weights rounded to float16, which ends at 65504");
    Shape params = grouping.paramShape();
    Matrix scales = Matrix.zeros(params.rows(), params.cols());
    Matrix zeros = Matrix.zeros(params.rows(), params.cols());
    Codes codes = Codes.zeros(w.shape());
    int size = grouping.size();
    grouping.forEachBlock(
        halved,
        WORK,
        (values, first, count) -> {
          for (int g = 0; g < count; g++) {
            float scale = scale(values, g * size, size, spec.maxCode());
            float zero = zero(values, g * size, size, scale, spec.maxCode());
            requireRange(scale, zero);
            scales.put(first + g, scale);
            zeros.put(first + g, zero);
            toCodes(values, g * size, size, scale, zero, spec.maxCode());
          }
          grouping.write(codes, first, count, values);
        });
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  private static Matrix halved(Matrix w, Grouping grouping) {
    Matrix halved = Matrix.zeros(w.rows(), w.cols());
    grouping.forEachBlock(
        w,
        WORK,
        (values, first, count) -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = half(values[i]);
          }
          grouping.write(halved, first, count, values);
        });
    return halved;
  }

  private static float scale(float[] w, int from, int size, int maxCode) {
    float least = least(w, from, size);
    float most = least;
    for (int i = from; i < from + size; i++) {
      most = Math.max(most, w[i]);
    }
    // s = max(max − min, 1e-5) / Q
    return half(Math.max(half(most - least), LEAST_RANGE) / maxCode);
  }

  private static float zero(float[] w, int from, int size, float scale, int maxCode) {
    // z = clamp(−round(min / s), 0, Q)
    return clamp(-Rounding.halfEven(half(least(w, from, size) / scale)), maxCode);
  }

  private static void toCodes(float[] w, int from, int size, float scale, float zero, int maxCode) {
    float shift = half(zero * scale);
    for (int i = from; i < from + size; i++) {
      // ŵ = (clamp(round(w / s) + z, 0, Q) − z) · s
      float nearest = clamp(half(Rounding.halfEven(half(w[i] / scale)) + zero), maxCode);
      float dequantized = half(half(nearest - zero) * scale);
      // code = round((ŵ + z · s) / s)
      w[i] = Rounding.halfEven(half(half(dequantized + shift) / scale));
    }
  }

  private static void requireRange(float scale, float zero) {
    if (Float.isInfinite(scale) || Float.isInfinite(half(zero * scale))) {
      throw new IllegalArgumentException(
          "a group's weights span more than float16 holds (step %s, zero %s, largest 65504); choose a smaller ratio or no scales for this layer"
              .formatted(scale, zero));
    }
  }

  private static float least(float[] w, int from, int size) {
    float least = w[from];
    for (int i = from + 1; i < from + size; i++) {
      least = Math.min(least, w[i]);
    }
    return least;
  }

  private static float clamp(float x, int maxCode) {
    return Math.min(Math.max(x, 0f), maxCode);
  }
}

package halfstep.tensor;

import halfstep.backend.Backends;

/** Functions of single elements, as a transformer's block needs them, in float32. */
public final class Elements {

  private static final ElementKernel KERNEL =
      Backends.kernel(ElementKernel.class, ScalarElements::new);

  private Elements() {}

  /**
   * Softmax before its division: {@code xᵢ ← exp((xᵢ − max x) · scale)}.
   *
   * @param x overwritten from {@code from} (included) to {@code to} (excluded)
   * @param scale positive
   * @return the sum of what was written, in four chains of double, folded in a fixed order
   */
  public static double exponentials(float[] x, int from, int to, float scale) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      most = Math.max(most, x[i]);
    }
    KERNEL.exp(x, from, to, most, scale);
    return sum(x, from, to);
  }

  /**
   * {@code gᵢ ← silu(gᵢ) · uᵢ} with {@code silu(g) = g / (1 + exp(−g))}.
   *
   * @param g overwritten
   * @param u as long; not modified
   */
  public static void swiGlu(float[] g, float[] u) {
    KERNEL.swiGlu(g, u, g.length);
  }

  private static double sum(float[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < to; i++) {
      a += x[i];
    }
    return (a + c) + (b + d);
  }
}

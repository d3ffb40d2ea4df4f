package halfstep.tensor;

/** {@link ElementKernel} one element after the other. */
final class ScalarElements implements ElementKernel {

  @Override
  public void exp(float[] x, int from, int to, float most, float scale) {
    for (int i = from; i < to; i++) {
      x[i] = ElementKernel.exp((x[i] - most) * scale);
    }
  }

  @Override
  public void swiGlu(float[] g, float[] u, int count) {
    for (int i = 0; i < count; i++) {
      g[i] = g[i] / (1 + ElementKernel.exp(-g[i])) * u[i];
    }
  }
}

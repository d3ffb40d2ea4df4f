package halfstep.hqq;

import halfstep.quant.QuantizedMatrix;

/** What a pass over all groups left: codes and zeros, and what the global stop looks at. */
public final class HqqPass {

  private final QuantizedMatrix quantized;
  private final double[] errors;
  private final int settled;

  /**
   * @param quantized codes and zeros after the plan's last half-step
   * @param blockErrors Σ|w − ŵ| before each half-step, {@code blocks × iterations}: the blocks are
   *     those of {@link halfstep.quant.Grouping#forEachBlock}, each summed group after group
   * @param iterations half-steps of the plan
   * @param settled the first state after which no zero moves any more
   */
  public HqqPass(QuantizedMatrix quantized, double[] blockErrors, int iterations, int settled) {
    this.quantized = quantized;
    this.settled = settled;
    this.errors = new double[iterations];
    for (int i = 0; i < blockErrors.length; i++) {
      errors[i % iterations] += blockErrors[i];
    }
  }

  QuantizedMatrix quantized() {
    return quantized;
  }

  double[] errors() {
    return errors;
  }

  int settled() {
    return settled;
  }
}

package halfstep.quant;

/**
 * GPTQ: column by column, each column's error spread over those still to come.
 *
 * @param blockSize columns solved before the rest is updated, at least 1; without dynamic groups it
 *     changes speed only
 * @param damping added to the Hessian's diagonal, as a share of its mean; from 0 to 1
 * @param actOrder whether columns are solved in order of falling activation power (the diagonal)
 * @param staticGroups whether all grids are found before the first column, from original weights;
 *     then act-order leaves groups where they are
 * @param symmetric whether grids are symmetric about 0, with the zero in the middle of the codes
 * @param mse whether each grid is the best of 80 shrunken ones, in Σ|ŵ − w|^2.4
 */
public record Gptq(
    int blockSize,
    double damping,
    boolean actOrder,
    boolean staticGroups,
    boolean symmetric,
    boolean mse)
    implements QuantMethod.Calibrated {

  /** The authors' defaults: blocks of 128, damping 0.01, columns as they come, asymmetric grids. */
  public static final Gptq DEFAULT = new Gptq(128, 0.01, false, false, false, false);

  /** Refuses parameters outside their range. */
  public Gptq {
    if (blockSize < 1) {
      throw new IllegalArgumentException("blockSize %d is empty; at least 1".formatted(blockSize));
    }
    if (!(damping >= 0 && damping <= 1)) {
      throw new IllegalArgumentException("damping %s is outside [0, 1]".formatted(damping));
    }
  }

  /** The same with or without act-order. */
  public Gptq withActOrder(boolean on) {
    return new Gptq(blockSize, damping, on, staticGroups, symmetric, mse);
  }

  /** The same with or without static groups. */
  public Gptq withStaticGroups(boolean on) {
    return new Gptq(blockSize, damping, actOrder, on, symmetric, mse);
  }

  /** The same with or without symmetric grids. */
  public Gptq withSymmetric(boolean on) {
    return new Gptq(blockSize, damping, actOrder, staticGroups, on, mse);
  }

  /** The same with or without the search for shrunken grids. */
  public Gptq withMse(boolean on) {
    return new Gptq(blockSize, damping, actOrder, staticGroups, symmetric, on);
  }

  /** The same with another block size. */
  public Gptq withBlockSize(int size) {
    return new Gptq(size, damping, actOrder, staticGroups, symmetric, mse);
  }

  /** The same with another damping. */
  public Gptq withDamping(double share) {
    return new Gptq(blockSize, share, actOrder, staticGroups, symmetric, mse);
  }

  @Override
  public String label() {
    return "gptq";
  }

  @Override
  public QuantSpec fitted(QuantSpec spec) {
    return spec.with(symmetric ? ZeroPoint.SYMMETRIC : ZeroPoint.INTEGER);
  }
}

package halfstep.quant;

/** Where a half-step's optimal zero may land. */
public enum ZeroRule {
  /** The library's: anywhere. */
  FREE(ZeroPoint.FLOAT) {
    @Override
    public float land(float optimum, int maxCode) {
      return optimum;
    }
  },
  /**
   * Ours: on the nearest code, so that formats with integer zeros (AWQ, GPTQ, compressed-tensors)
   * hold the result as it is.
   */
  WHOLE(ZeroPoint.INTEGER) {
    @Override
    public float land(float optimum, int maxCode) {
      return Math.min(Math.max(Rounding.halfEven(optimum), 0f), maxCode);
    }
  };

  private final ZeroPoint zeroPoint;

  ZeroRule(ZeroPoint zeroPoint) {
    this.zeroPoint = zeroPoint;
  }

  /** The zeros of the result, and so what the specification must ask for. */
  public ZeroPoint zeroPoint() {
    return zeroPoint;
  }

  /** Where a zero lands whose optimum is known. */
  public abstract float land(float optimum, int maxCode);
}

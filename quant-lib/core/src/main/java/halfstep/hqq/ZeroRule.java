package halfstep.hqq;

import halfstep.quant.Rounding;
import halfstep.quant.ZeroPoint;

/** Where a half-step's optimal zero may land. */
public enum ZeroRule {
  /** The library's: anywhere. */
  FREE(ZeroPoint.FLOAT) {
    @Override
    float land(float optimum, int maxCode) {
      return optimum;
    }
  },
  /**
   * Ours: on the nearest code, so that formats with integer zeros (AWQ, GPTQ, compressed-tensors)
   * hold the result as it is.
   */
  WHOLE(ZeroPoint.INTEGER) {
    @Override
    float land(float optimum, int maxCode) {
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

  abstract float land(float optimum, int maxCode);
}

package halfstep.quant;

/**
 * What half-quadratic quantization can do here beside what the library's default does on a
 * processor. All off in {@link #LIBRARY}, whose results are the library's, code for code.
 *
 * @param beta where β comes from
 * @param zeros where zeros may land
 * @param groups whether each group stops by itself
 * @param scales which scale the walk starts with
 * @param arithmetic the precision of the walk
 */
public record HqqOptions(
    BetaRule beta, ZeroRule zeros, GroupStop groups, ScaleStart scales, HqqArithmetic arithmetic) {

  /** Nothing of ours. */
  public static final HqqOptions LIBRARY =
      new HqqOptions(
          new BetaRule.Shared(),
          ZeroRule.FREE,
          GroupStop.TOGETHER,
          ScaleStart.RANGE,
          HqqArithmetic.FLOAT);

  /** The same with another β. */
  public HqqOptions with(BetaRule other) {
    return new HqqOptions(other, zeros, groups, scales, arithmetic);
  }

  /** The same with another rule for zeros. */
  public HqqOptions with(ZeroRule other) {
    return new HqqOptions(beta, other, groups, scales, arithmetic);
  }

  /** The same with another rule for stopping. */
  public HqqOptions with(GroupStop other) {
    return new HqqOptions(beta, zeros, other, scales, arithmetic);
  }

  /** The same with another start. */
  public HqqOptions with(ScaleStart other) {
    return new HqqOptions(beta, zeros, groups, other, arithmetic);
  }

  /** The same in another precision. */
  public HqqOptions with(HqqArithmetic other) {
    return new HqqOptions(beta, zeros, groups, scales, other);
  }

  /** For tables and charts: {@code ""}, or {@code "β auto 0.25, per-group stop"}. */
  public String label() {
    StringBuilder text = new StringBuilder();
    if (beta instanceof BetaRule.PerStep(float deadZone)) {
      text.append(", β auto ").append(deadZone);
    }
    text.append(zeros == ZeroRule.WHOLE ? ", integer zeros" : "");
    text.append(groups == GroupStop.EACH ? ", per-group stop" : "");
    text.append(scales == ScaleStart.SEARCHED ? ", scale search" : "");
    text.append(arithmetic == HqqArithmetic.HALF ? ", half precision" : "");
    return text.isEmpty() ? "" : text.substring(2);
  }
}

package halfstep.lab.draft;

/**
 * One draft.
 *
 * @param name such as {@code hqq3}
 * @param method its method's name
 * @param bitsPerWeight of its quantized layers, scales and zeros included
 * @param acceptance Σ min(p, q) at temperature 1, over texts drawn from the target
 * @param greedy share of the predictions in which both find the same token most probable, over
 *     texts in which the target always took that one
 * @param tokensPerPass tokens that a pass of the target gave when texts were written with this
 *     draft
 * @param cost measured time of a draft's token over that of the target's; differs from run to run
 */
public record DraftRow(
    String name,
    String method,
    double bitsPerWeight,
    Share acceptance,
    Share greedy,
    double tokensPerPass,
    double cost) {

  /** What the acceptance promises. */
  public Gain gain() {
    return new Gain(acceptance.value());
  }
}

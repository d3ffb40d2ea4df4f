package halfstep.eval;

import halfstep.metric.PairedComparison;

/**
 * Whether one variant of a model is closer to the reference than another: their mean KL and their
 * mean negative log-likelihood, window by window on the same text. Windows are resampled whole, so
 * that predictions of one window need not be independent.
 *
 * @param kl of {@code first − second}, in nats; negative if the first is closer to the reference
 * @param nll of {@code first − second}, in nats; negative if the first predicts the text better
 */
public record PairedVariants(PairedComparison kl, PairedComparison nll) {

  /**
   * Compares two variants. The same seed gives the same intervals.
   *
   * @throws IllegalArgumentException if they were evaluated by unlike protocols, on unlike texts or
   *     against references of unlike perplexity, or on fewer than two windows
   */
  public static PairedVariants of(Divergence first, Divergence second, long seed) {
    first.basis().requireSame(second.basis());
    double expected = first.reference().meanNll();
    if (expected != second.reference().meanNll()) {
      throw new IllegalArgumentException(
          "these results cannot be compared: their references have the perplexities %s and %s on the same text; evaluate both against one model"
              .formatted(first.reference().value(), second.reference().value()));
    }
    if (first.basis().windows() < 2) {
      throw new IllegalArgumentException(
          "a paired test needs at least two windows, and the text fills one of ctx %d; use a longer text or a smaller --ctx"
              .formatted(first.basis().windowing().ctx()));
    }
    return new PairedVariants(
        PairedComparison.of(first.klByWindow().toArray(), second.klByWindow().toArray(), seed),
        PairedComparison.of(first.nllByWindow().toArray(), second.nllByWindow().toArray(), seed));
  }
}

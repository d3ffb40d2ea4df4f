package halfstep.eval;

import halfstep.llm.Model;
import halfstep.llm.ModelException;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;

/**
 * How far a model's next-token distributions are from a reference's on the same windows: {@code
 * KL(reference ‖ model)} in nats, at each prediction that {@link Perplexity} scores. The figures
 * are those of llama.cpp's {@code --kl-divergence}.
 *
 * <p>Standard errors are over these predictions, taken as independent. Differences are paired:
 * taken token by token before their error, so that how hard the text is drops out.
 *
 * @param kl mean over predictions, in nats
 * @param percentiles of the KL
 * @param sameTop1 share of predictions, 0 to 1, whose most likely token is the same
 * @param deltaP mean change of the probability of the token that followed, model − reference
 * @param deltaPRms root mean square of that change
 * @param nllIncrease mean increase of the negative log-likelihood, in nats
 * @param perplexity of the model
 * @param reference perplexity of the reference
 * @param klByWindow mean KL of each window, for {@link PairedVariants}
 * @param nllByWindow mean negative log-likelihood of each window
 */
public record Divergence(
    Estimate kl,
    Percentiles percentiles,
    Estimate sameTop1,
    Estimate deltaP,
    double deltaPRms,
    Estimate nllIncrease,
    Perplexity perplexity,
    Perplexity reference,
    PerWindow klByWindow,
    PerWindow nllByWindow) {

  /**
   * The KL that a share of the predictions does not exceed, in nats.
   *
   * @param p50 half of them
   * @param p90 nine of ten
   * @param p99 99 of 100
   * @param p999 999 of 1000
   * @param max all of them
   */
  public record Percentiles(Quantile p50, Quantile p90, Quantile p99, Quantile p999, double max) {

    static Percentiles of(double[] sorted) {
      return new Percentiles(
          Quantile.of(0.5, sorted),
          Quantile.of(0.9, sorted),
          Quantile.of(0.99, sorted),
          Quantile.of(0.999, sorted),
          sorted[sorted.length - 1]);
    }

    /** The four percentiles, in order. */
    public List<Quantile> all() {
      return List.of(p50, p90, p99, p999);
    }
  }

  /** The divergence on a text; tells nobody how far it is. */
  public static Divergence between(
      Model reference, Model model, int[] tokens, Windowing windowing) {
    return between(reference, model, tokens, windowing, done -> {});
  }

  /**
   * The divergence on a text.
   *
   * @param tokens the whole text, tokenized once; not modified
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws ModelException if the vocabularies differ, or the text is too short for the protocol
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Divergence between(
      Model reference, Model model, int[] tokens, Windowing windowing, DoubleConsumer progress) {
    return between(reference, List.of(model), tokens, windowing, progress).getFirst();
  }

  /**
   * The divergences of several models; runs the reference only once.
   *
   * @return one per model, in order
   */
  public static List<Divergence> between(
      Model reference,
      List<Model> models,
      int[] tokens,
      Windowing windowing,
      DoubleConsumer progress) {
    try (Reference itself = Reference.once(reference)) {
      return itself.divergences(models, tokens, windowing, progress);
    }
  }

  /** Mean KL over predictions, in nats. */
  public double meanKl() {
    return kl.value();
  }

  /** Standard error of {@link #meanKl}. */
  public double standardError() {
    return kl.standardError();
  }

  /** What the figures rest on. */
  public Basis basis() {
    return perplexity.basis();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "KL %.4f ± %.4f nats, same top-1 %.1f %%, perplexity %.3f (reference %.3f)",
        kl.value(),
        kl.standardError(),
        100 * sameTop1.value(),
        perplexity.value(),
        reference.value());
  }
}

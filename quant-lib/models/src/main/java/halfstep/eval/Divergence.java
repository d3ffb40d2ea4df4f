package halfstep.eval;

import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;

/**
 * How far a model's next-token distributions are from a reference's on the same windows: {@code
 * KL(reference ‖ model)} in nats, at each prediction that {@link Perplexity} scores.
 *
 * <p>Standard errors are over these predictions, taken as independent. The difference of the
 * log-likelihoods is paired: taken token by token before its error, so that how hard the text is
 * drops out.
 *
 * @param meanKl mean over predictions, in nats
 * @param standardError of {@code meanKl}
 * @param sameTop1 share of predictions, 0 to 1, whose most likely token is the same
 * @param percentiles of the KL
 * @param nllIncrease mean paired increase of the negative log-likelihood, in nats
 * @param nllIncreaseError standard error of {@code nllIncrease}
 * @param perplexity of the model
 * @param reference perplexity of the reference
 */
public record Divergence(
    double meanKl,
    double standardError,
    double sameTop1,
    Percentiles percentiles,
    double nllIncrease,
    double nllIncreaseError,
    Perplexity perplexity,
    Perplexity reference) {

  /**
   * The KL that a share of the predictions does not exceed, in nats.
   *
   * @param p50 half of them
   * @param p90 nine of ten
   * @param p99 99 of 100
   * @param max all of them
   */
  public record Percentiles(double p50, double p90, double p99, double max) {}

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
   * @throws ModelException if the vocabularies differ, or the text does not fill one window
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
    models.forEach(model -> requireSameVocabulary(reference, model));
    TokenWindows windows = windowing.cut(tokens);
    Sweep sweep = new Sweep(windows, windowing);
    List<Comparison> comparisons =
        models.stream().map(model -> new Comparison(sweep.predictions())).toList();
    sweep.run(
        progress,
        bundle ->
            Stream.concat(Stream.of(reference), models.stream())
                .map(model -> model.logits(bundle))
                .toList(),
        () -> {
          LogSoftmax expected = new LogSoftmax(reference.config().vocabSize());
          LogSoftmax actual = new LogSoftmax(reference.config().vocabSize());
          return (logits, row, next, index) -> {
            expected.of(logits.getFirst(), row);
            for (int m = 0; m < comparisons.size(); m++) {
              actual.of(logits.get(m + 1), row);
              comparisons.get(m).add(expected, actual, next, index);
            }
          };
        });
    return comparisons.stream().map(c -> c.result(windows, windowing)).toList();
  }

  private static void requireSameVocabulary(Model reference, Model model) {
    int expected = reference.config().vocabSize();
    int actual = model.config().vocabSize();
    if (expected != actual) {
      throw new ModelException(
          "vocabularies of %d (%s) and %d (%s) tokens cannot be compared"
              .formatted(expected, reference.folder(), actual, model.folder()));
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "KL %.4f ± %.4f nats, same top-1 %.1f %%, perplexity %.3f (reference %.3f)",
        meanKl,
        standardError,
        100 * sameTop1,
        perplexity.value(),
        reference.value());
  }
}

package halfstep.eval;

import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;

/**
 * How surprised a model is by a text: {@code exp} of the mean negative log-likelihood of each token
 * after those before it.
 *
 * <p>Papers weigh each window's mean over {@code L − 1} predictions by {@code L} and divide by
 * {@code n·L}; with windows of one length that is the mean over all predictions, computed here. The
 * standard error takes predictions as independent, which text is not quite: the true one is a
 * little larger.
 *
 * @param value the perplexity, at least 1
 * @param standardError of {@code value}, by the delta method: value · se(mean NLL)
 * @param meanNll mean negative log-likelihood, in nats
 * @param predictions number of tokens that were predicted
 * @param windows number of windows
 * @param windowing how the text was cut
 */
public record Perplexity(
    double value,
    double standardError,
    double meanNll,
    int predictions,
    int windows,
    Windowing windowing) {

  /** The perplexity of a text; tells nobody how far it is. */
  public static Perplexity of(Model model, int[] tokens, Windowing windowing) {
    return of(model, tokens, windowing, done -> {});
  }

  /**
   * The perplexity of a text.
   *
   * @param tokens the whole text, tokenized once; not modified
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws halfstep.llm.ModelException if the text does not fill one window, or does not fit the
   *     model
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Perplexity of(
      Model model, int[] tokens, Windowing windowing, DoubleConsumer progress) {
    TokenWindows windows = windowing.cut(tokens);
    Sweep sweep = new Sweep(windows, windowing);
    double[] nll = new double[sweep.predictions()];
    sweep.run(
        progress,
        bundle -> List.of(model.logits(bundle)),
        () -> {
          LogSoftmax softmax = new LogSoftmax(model.config().vocabSize());
          return (logits, row, next, index) ->
              nll[index] = -softmax.of(logits.getFirst(), row)[next];
        });
    return of(new Sample(nll), windows, windowing);
  }

  static Perplexity of(Sample nll, TokenWindows windows, Windowing windowing) {
    double mean = nll.mean();
    double value = Math.exp(mean);
    return new Perplexity(
        value, value * nll.standardError(), mean, nll.size(), windows.count(), windowing);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "perplexity %.4f ± %.4f over %d predictions",
        value,
        standardError,
        predictions);
  }
}

package halfstep.eval;

import halfstep.llm.Model;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleConsumer;

/**
 * How surprised a model is by a text: {@code exp} of the mean negative log-likelihood of each token
 * after those before it.
 *
 * <p>Papers weigh each window's mean over {@code L − 1} predictions by {@code L} and divide by
 * {@code n·L}; with windows of one length that is the mean over all predictions, computed here. The
 * standard error takes predictions as independent, as llama.cpp does, which text is not quite: the
 * true one is a little larger.
 *
 * @param value the perplexity, at least 1
 * @param standardError of {@code value}, by the delta method: value · se(mean NLL)
 * @param meanNll mean negative log-likelihood, in nats
 * @param basis the protocol and the text; perplexities with unlike bases are not compared
 */
public record Perplexity(double value, double standardError, double meanNll, Basis basis) {

  /** The perplexity of a text; tells nobody how far it is. */
  public static Perplexity of(Model model, int[] tokens, Windowing windowing) {
    return of(model, tokens, windowing, done -> {});
  }

  /**
   * The perplexity of a text.
   *
   * @param tokens the whole text, tokenized once; not modified
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws halfstep.llm.ModelException if the text is too short for the protocol, or does not fit
   *     the model
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Perplexity of(
      Model model, int[] tokens, Windowing windowing, DoubleConsumer progress) {
    try (Reference itself = Reference.once(model);
        Sweep sweep = new Sweep(itself, false, List.of(model))) {
      return sweep.run(tokens, windowing, progress).getFirst().perplexity();
    }
  }

  static Perplexity of(Sample nll, Basis basis) {
    double mean = nll.mean();
    double value = Math.exp(mean);
    return new Perplexity(value, value * nll.standardError(), mean, basis);
  }

  /** The interval of 95 %, from that of the mean log-likelihood. */
  public Interval interval() {
    Interval logs = Interval.around(meanNll, standardError / value);
    return new Interval(Math.exp(logs.low()), Math.exp(logs.high()));
  }

  /** Number of tokens that were predicted. */
  public int predictions() {
    return basis.predictions();
  }

  /** Number of windows. */
  public int windows() {
    return basis.windows();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "perplexity %.4f ± %.4f over %d predictions",
        value,
        standardError,
        predictions());
  }
}

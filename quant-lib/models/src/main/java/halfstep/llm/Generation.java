package halfstep.llm;

import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a model wrote behind a prompt.
 *
 * @param prompt tokens read first
 * @param tokens tokens written, the one that ended the text included
 * @param logProbabilities of each token written, nats, under {@code softmax(logits)} before any
 *     temperature or cut
 * @param end why it stopped
 */
public record Generation(
    List<Integer> prompt, List<Integer> tokens, List<Double> logProbabilities, End end) {

  /** Why a text ended. */
  public enum End {
    /** The model wrote a token that ends a text. */
    END_TOKEN,
    /** As many tokens were written as were asked for. */
    LENGTH
  }

  /** Takes copies of the lists. */
  public Generation {
    prompt = List.copyOf(prompt);
    tokens = List.copyOf(tokens);
    logProbabilities = List.copyOf(logProbabilities);
  }

  /**
   * Writes on, until the model ends the text or {@code most} tokens are written.
   *
   * @param prompt token ids, at least one
   * @param most tokens to write, at least 1
   * @param written hears each token as soon as it is chosen
   * @throws ModelException if prompt and text are longer than the model's context
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted; {@code written}
   *     has heard what was there
   */
  public static Generation of(
      Model model, int[] prompt, int most, Sampling sampling, IntConsumer written) {
    if (most < 1) {
      throw new ModelException("%d tokens are no text; at least 1".formatted(most));
    }
    requireRoom(model, prompt, most);
    // the last token written is never read
    Decoder decoder = new Decoder(model, prompt.length + most - 1);
    TokenChoice choice = TokenChoice.of(sampling);
    List<Integer> tokens = new ArrayList<>();
    List<Double> logProbabilities = new ArrayList<>();
    End end = End.LENGTH;
    float[] logits = decoder.read(prompt);
    while (true) {
      Parallel.checkInterrupt("generation");
      int token = choice.next(logits);
      tokens.add(token);
      logProbabilities.add(logProbability(logits, token));
      written.accept(token);
      if (model.config().special().end().contains(token)) {
        end = End.END_TOKEN;
        break;
      }
      if (tokens.size() == most) {
        break;
      }
      logits = decoder.read(token);
    }
    return new Generation(Arrays.stream(prompt).boxed().toList(), tokens, logProbabilities, end);
  }

  private static void requireRoom(Model model, int[] prompt, int most) {
    if (prompt.length == 0) {
      throw new ModelException("the prompt is empty; it needs at least one token to continue");
    }
    int context = model.config().maxPositions();
    if ((long) prompt.length + most - 1 > context) {
      throw new ModelException(
          "a prompt of %d tokens and %d to write are longer than the model's context of %d; write at most %d, or shorten the prompt"
              .formatted(prompt.length, most, context, Math.max(0, context - prompt.length + 1)));
    }
  }

  private static double logProbability(float[] logits, int token) {
    double most = logits[TokenChoice.best(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return logits[token] - most - Math.log(sum);
  }

  /**
   * Number of tokens before the first one that differs from another text; the shorter text's length
   * if none does.
   */
  public int agreesFor(Generation other) {
    int most = Math.min(tokens.size(), other.tokens.size());
    int same = 0;
    while (same < most && tokens.get(same).equals(other.tokens.get(same))) {
      same++;
    }
    return same;
  }

  /** A new array of the tokens written. */
  public int[] written() {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Mean of the log-probabilities, nats. */
  public double meanLogProbability() {
    return logProbabilities.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }
}

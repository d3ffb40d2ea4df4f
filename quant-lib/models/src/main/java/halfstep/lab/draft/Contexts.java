package halfstep.lab.draft;

import halfstep.llm.Decoder;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;

/**
 * Texts that a model wrote itself: what a draft meets in use.
 *
 * @param windows prompt and text, all of one length
 * @param prompt tokens of each that were given
 */
record Contexts(TokenWindows windows, int prompt) {

  /**
   * Continues the beginnings of some windows, all in step.
   *
   * @param prompts each at least {@code prompt} tokens long
   * @param prompt tokens to keep of each, at least 1
   * @param length tokens of prompt and text
   * @param temperature 0 for always the most probable token
   * @param progress hears the share done, 0 to 1
   */
  static Contexts written(
      Model model,
      TokenWindows prompts,
      int prompt,
      int length,
      double temperature,
      long seed,
      DoubleConsumer progress) {
    int texts = prompts.count();
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> all = new ArrayList<>();
    List<int[]> step = new ArrayList<>();
    for (int t = 0; t < texts; t++) {
      all.add(Arrays.copyOf(prompts.window(t), length));
      step.add(Arrays.copyOf(prompts.window(t), prompt));
    }
    Decoder decoder = new Decoder(model, texts, length);
    for (int at = prompt; at < length; at++) {
      Parallel.checkInterrupt("writing contexts");
      Matrix logits = decoder.read(step);
      step.clear();
      for (int t = 0; t < texts; t++) {
        int token = Distribution.of(logits.row(t), temperature).draw(random.nextDouble());
        all.get(t)[at] = token;
        step.add(new int[] {token});
      }
      progress.accept((at + 1.0 - prompt) / (length - prompt));
    }
    return new Contexts(TokenWindows.of(all), prompt);
  }
}

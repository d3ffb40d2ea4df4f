package halfstep.magics.table;

import halfstep.llm.Generation;
import halfstep.text.Tokenizer;
import java.util.stream.IntStream;

/**
 * What one form of the model wrote.
 *
 * @param model the form, such as {@code hqq3}
 * @param text what follows the prompt
 * @param generation the tokens behind it
 */
public record Continuation(String model, String text, Generation generation) {

  /** Reads the tokens as text. */
  public static Continuation of(String model, Generation generation, Tokenizer tokenizer) {
    int[] prompt = generation.prompt().stream().mapToInt(Integer::intValue).toArray();
    int[] all =
        IntStream.concat(IntStream.of(prompt), IntStream.of(generation.written())).toArray();
    // written tokens alone would lose the blank before the first word
    String before = tokenizer.decode(prompt);
    String whole = tokenizer.decode(all);
    String text =
        whole.startsWith(before)
            ? whole.substring(before.length())
            : tokenizer.decode(generation.written());
    return new Continuation(model, text, generation);
  }
}

package halfstep.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The tokenizer of a model, as {@code tokenizer.json} describes it: Hugging Face's own library runs
 * it. Its native memory is freed when the tokenizer is no longer reachable.
 */
public final class Tokenizer {

  /** A thousand times what the largest vocabularies have. */
  private static final int MOST_ID = 1 << 28;

  private static final Cleaner CLEANER = Cleaner.create();

  private final Path file;
  private final HuggingFaceTokenizer inner;
  private final int vocabularySize;

  private Tokenizer(Path file, HuggingFaceTokenizer inner, int vocabularySize) {
    this.file = file;
    this.inner = inner;
    this.vocabularySize = vocabularySize;
    CLEANER.register(this, inner::close);
  }

  /**
   * Opens a tokenizer.
   *
   * @param path a {@code tokenizer.json}, or a folder that holds one
   * @throws TokenizerException if there is none, or it is no tokenizer
   */
  public static Tokenizer open(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    if (!Files.isRegularFile(file)) {
      throw new TokenizerException(
          "%s is missing; fetch it from where the model came from".formatted(file));
    }
    try {
      byte[] json = Files.readAllBytes(file);
      int vocabularySize = vocabularySize(TokenizerJson.checked(json));
      return new Tokenizer(file, NativeTokenizer.load(json), vocabularySize);
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(
          "%s is no usable tokenizer: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** One more than the largest id: ids may have gaps, so counting entries is not enough. */
  private static int vocabularySize(JsonNode root) {
    JsonNode vocabulary = root.path("model").path("vocab");
    int most = vocabulary.isArray() ? vocabulary.size() - 1 : -1;
    if (vocabulary.isObject()) {
      for (JsonNode id : vocabulary) {
        most = Math.max(most, id(id));
      }
    }
    for (JsonNode added : root.path("added_tokens")) {
      most = Math.max(most, id(added.path("id")));
    }
    return most + 1;
  }

  private static int id(JsonNode node) {
    int id = node.asInt(-1);
    if (!node.canConvertToInt() || id < 0 || id > MOST_ID) {
      throw new TokenizerException(
          "%s is no token id; whole numbers from 0 to %d are".formatted(node, MOST_ID));
    }
    return id;
  }

  /** One more than the largest token id. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /** Token ids of a text of any length, with the special tokens that the tokenizer adds itself. */
  public int[] encode(String text) {
    return encode(text, true);
  }

  /**
   * Token ids of a text of any length.
   *
   * @param specialTokens whether to add those that the tokenizer adds itself, such as one BOS
   */
  public int[] encode(String text, boolean specialTokens) {
    try {
      long[] ids = inner.encode(text, specialTokens, false).getIds();
      return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    } catch (RuntimeException e) {
      throw new TokenizerException(
          "%s cannot split the text into tokens: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The text of token ids; special tokens are written out. */
  public String decode(int... ids) {
    try {
      return inner.decode(Arrays.stream(ids).asLongStream().toArray(), false);
    } catch (RuntimeException e) {
      throw new TokenizerException(
          "%s cannot write tokens as text: %s".formatted(file, e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return "Tokenizer of %d tokens (%s)".formatted(vocabularySize, file);
  }
}

package halfstep.llm;

import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * A model reading one text bit by bit: keys and values of what was read are kept, so that a further
 * token costs one token's work. The cache takes {@link #bytes} from the start and never grows. For
 * one thread at a time; any number of decoders may share a model.
 */
public final class Decoder {

  private static final long KEY_AND_VALUE = 2L * Float.BYTES;

  private final Model model;
  private final int capacity;
  private final List<KeyValueCache> blocks = new ArrayList<>();
  private int tokens;

  /**
   * Makes room for a text.
   *
   * @param model shared
   * @param capacity most tokens that will be read
   * @throws ModelException if the model's context is shorter
   */
  public Decoder(Model model, int capacity) {
    if (capacity < 1) {
      throw new ModelException(
          "a text of %d tokens is empty; at least 1 was expected".formatted(capacity));
    }
    if (capacity > model.config().maxPositions()) {
      throw new ModelException(
          "a text of %d tokens is longer than the model's context of %d"
              .formatted(capacity, model.config().maxPositions()));
    }
    this.model = model;
    this.capacity = capacity;
    for (int block = 0; block < model.config().layers(); block++) {
      blocks.add(new KeyValueCache(capacity, model.config().attention().keyValueWidth()));
    }
  }

  /** Memory of the cache for a text: {@code 8 · layers · tokens · keyValueWidth} bytes. */
  public static long bytes(ModelConfig config, int capacity) {
    return KEY_AND_VALUE * config.layers() * capacity * config.attention().keyValueWidth();
  }

  /** How many tokens were read. */
  public int tokens() {
    return tokens;
  }

  /**
   * Reads on. If this is interrupted or refused, the decoder stands where it stood before.
   *
   * @param more token ids, at least one
   * @return logits of the token that follows the last one; a new array of vocabulary size
   * @throws ModelException if there is no room for them or one is unknown
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public float[] read(int... more) {
    if (more.length > capacity - tokens) {
      throw new ModelException(
          "%d tokens do not fit behind the %d that were read; there is room for %d in all"
              .formatted(more.length, tokens, capacity));
    }
    TokenWindows window = TokenWindows.of(more);
    Matrix states = model.states(window, blocks::get);
    float[] logits = model.head(states.rows(more.length - 1, more.length)).row(0);
    blocks.forEach(block -> block.advance(more.length));
    tokens += more.length;
    return logits;
  }

  @Override
  public String toString() {
    return "Decoder of %s, %d of %d tokens read".formatted(model, tokens, capacity);
  }
}

package halfstep.llm;

import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model reading one text bit by bit, or several in step: keys and values of what was read are
 * kept, so that a further token costs one token's work. Several texts share each reading of the
 * weights. The cache takes {@link #bytes} for each text from the start and never grows. For one
 * thread at a time; any number of decoders may share a model.
 */
public final class Decoder {

  private static final long KEY_AND_VALUE = 2L * Float.BYTES;

  private final Model model;
  private final int texts;
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
    this(model, 1, capacity);
  }

  /**
   * Makes room for some texts of the same length.
   *
   * @param model shared
   * @param texts at least 1
   * @param capacity most tokens that will be read of each
   * @throws ModelException if the model's context is shorter
   */
  public Decoder(Model model, int texts, int capacity) {
    if (texts < 1) {
      throw new ModelException("%d texts are nothing to read; at least 1".formatted(texts));
    }
    if (capacity < 1) {
      throw new ModelException(
          "a text of %d tokens is empty; at least 1 was expected".formatted(capacity));
    }
    if (capacity > model.config().maxPositions()) {
      throw new ModelException(
          "a text of %d tokens is longer than the model's context of %d"
              .formatted(capacity, model.config().maxPositions()));
    }
    this(model, texts, capacity, 0);
    for (int block = 0; block < model.config().layers(); block++) {
      blocks.add(new KeyValueCache(texts, capacity, model.config().attention().keyValueWidth()));
    }
  }

  private Decoder(Model model, int texts, int capacity, int tokens) {
    this.model = model;
    this.texts = texts;
    this.capacity = capacity;
    this.tokens = tokens;
  }

  /** Memory of the cache for a text: {@code 8 · layers · tokens · keyValueWidth} bytes. */
  public static long bytes(ModelConfig config, int capacity) {
    return KEY_AND_VALUE * config.layers() * capacity * config.attention().keyValueWidth();
  }

  /** How many tokens were read of each text. */
  public int tokens() {
    return tokens;
  }

  /**
   * Reads on in the only text. If this is interrupted or refused, the decoder stands where it stood
   * before.
   *
   * @param more token ids, at least one
   * @return logits of the token that follows the last one; a new array of vocabulary size
   * @throws ModelException if there is no room for them, one is unknown, or there are more texts
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public float[] read(int... more) {
    return read(List.of(more)).row(0);
  }

  /**
   * Reads on in every text; as {@link #read(int...)}.
   *
   * @param more token ids of each text, as many of one as of the other
   * @return logits of the token that follows in each; a new matrix, {@code texts × vocabulary}
   */
  public Matrix read(List<int[]> more) {
    int each = requireStep(more);
    TokenWindows windows = TokenWindows.of(more);
    Matrix states = model.states(windows, blocks::get);
    Matrix last = each == 1 ? states : Rows.gather(states, lastRows(each));
    Matrix logits = model.head(last);
    advance(each);
    return logits;
  }

  /**
   * Reads on in the only text, as {@link #read(int...)}, and tells what follows each token: how a
   * target checks what a draft proposed.
   *
   * @return a new matrix, {@code tokens × vocabulary}
   */
  public Matrix readEach(int... more) {
    int each = requireStep(List.of(more));
    Matrix logits = model.head(model.states(TokenWindows.of(more), blocks::get));
    advance(each);
    return logits;
  }

  /**
   * Forgets what was read behind the first tokens of each text.
   *
   * @param kept tokens to keep, from 0 to {@link #tokens}
   * @throws ModelException if fewer were read
   */
  public void rewind(int kept) {
    if (kept < 0 || kept > tokens) {
      throw new ModelException("cannot go back to token %d; %d were read".formatted(kept, tokens));
    }
    advance(kept - tokens);
  }

  /**
   * A decoder that reads on where this one stands, but in some of its texts alone. What was read is
   * copied; this decoder stays as it is.
   *
   * @param kept numbers of texts, from 0, in their new order; not modified
   * @throws ModelException if there is none, or no such text
   */
  public Decoder only(int... kept) {
    if (kept.length == 0 || Arrays.stream(kept).anyMatch(text -> text < 0 || text >= texts)) {
      throw new ModelException(
          "cannot read on in texts %s; there are %d, numbered from 0"
              .formatted(Arrays.toString(kept), texts));
    }
    Decoder decoder = new Decoder(model, kept.length, capacity, tokens);
    blocks.forEach(block -> decoder.blocks.add(block.only(kept)));
    return decoder;
  }

  private void advance(int more) {
    blocks.forEach(block -> block.advance(more));
    tokens += more;
  }

  /** How many tokens of each text come. */
  private int requireStep(List<int[]> more) {
    if (more.size() != texts) {
      throw new ModelException(
          "tokens of %d texts, but this decoder reads %d".formatted(more.size(), texts));
    }
    int each = more.getFirst().length;
    for (int[] text : more) {
      if (text.length != each) {
        throw new ModelException(
            "texts are read in step, but one goes on by %d tokens and another by %d"
                .formatted(each, text.length));
      }
    }
    if (each > capacity - tokens) {
      throw new ModelException(
          "%d tokens do not fit behind the %d that were read; there is room for %d in all"
              .formatted(each, tokens, capacity));
    }
    return each;
  }

  private int[] lastRows(int each) {
    int[] rows = new int[texts];
    for (int text = 0; text < texts; text++) {
      rows[text] = (text + 1) * each - 1;
    }
    return rows;
  }

  @Override
  public String toString() {
    return "Decoder of %s, %d of %d tokens read".formatted(model, tokens, capacity);
  }
}

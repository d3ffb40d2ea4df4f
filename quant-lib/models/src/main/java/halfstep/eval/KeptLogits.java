package halfstep.eval;

import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model's logits on texts. They are kept as far as they fit, for the next model that is compared
 * with this one on the same text.
 */
final class KeptLogits {

  private final Model model;
  private final long most;
  private final AtomicLong bytes = new AtomicLong();
  private final List<Text> texts = new ArrayList<>();

  /**
   * @param most bytes to keep
   */
  KeptLogits(Model model, long most) {
    this.model = model;
    this.most = most;
  }

  /** Those on one text, cut in one way. */
  final class Text {

    private final int[] tokens;
    private final Windowing windowing;
    private final Map<Integer, Matrix> known = new ConcurrentHashMap<>();

    private Text(int[] tokens, Windowing windowing) {
      this.tokens = tokens.clone();
      this.windowing = windowing;
    }

    private boolean is(int[] others, Windowing other) {
      return windowing.equals(other) && Arrays.equals(tokens, others);
    }

    /**
     * Logits of some windows; called from several threads.
     *
     * @param from number of the first window, which tells which windows they are
     * @return shared, not to be modified
     */
    Matrix of(int from, TokenWindows windows) {
      Matrix found = known.get(from);
      if (found != null) {
        return found;
      }
      Matrix logits = model.logits(windows);
      long size = logits.segment().byteSize();
      if (bytes.addAndGet(size) <= most) {
        known.put(from, logits);
      } else {
        bytes.addAndGet(-size);
      }
      return logits;
    }
  }

  /**
   * The logits on a text; for one caller at a time.
   *
   * @param tokens the whole text; not modified
   */
  Text on(int[] tokens, Windowing windowing) {
    for (Text text : texts) {
      if (text.is(tokens, windowing)) {
        return text;
      }
    }
    Text text = new Text(tokens, windowing);
    texts.add(text);
    return text;
  }
}

package halfstep.lab.draft;

import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/** How often a target keeps what a draft proposes, over texts that the target wrote. */
final class Acceptance {

  /** Bytes of the target's logits that are kept for the next draft. */
  private static final long MOST_KEPT = 128L << 20;

  private final Model target;
  private final Contexts contexts;
  private final double temperature;
  private final @Nullable Matrix[] kept;

  /**
   * @param temperature at which both are drawn from; at 0 a proposal is kept if both find the same
   *     token most probable
   */
  Acceptance(Model target, Contexts contexts, double temperature) {
    this.target = target;
    this.contexts = contexts;
    this.temperature = temperature;
    TokenWindows windows = contexts.windows();
    long bytes = (long) Float.BYTES * windows.tokens() * target.config().vocabSize();
    this.kept = new Matrix[bytes <= MOST_KEPT ? windows.count() : 0];
  }

  /** The target's logits of a text; a worker has a text for itself. */
  private Matrix ideal(int text, TokenWindows window) {
    if (kept.length == 0) {
      return target.logits(window);
    }
    Matrix known = kept[text];
    if (known == null) {
      known = target.logits(window);
      kept[text] = known;
    }
    return known;
  }

  /**
   * Mean of Σ min(p, q) over the predictions behind each prompt.
   *
   * @param drafts of the target's vocabulary
   * @param seed of the bootstrap over texts
   * @param progress hears the share done, 0 to 1
   * @return one per draft
   */
  List<Share> of(List<Model> drafts, long seed, DoubleConsumer progress) {
    int texts = contexts.windows().count();
    double[][] means = new double[drafts.size()][texts];
    Parallel.blocks(texts, "the acceptance", text -> measure((int) text, drafts, means));
    progress.accept(1);
    List<Share> shares = new ArrayList<>();
    for (double[] own : means) {
      shares.add(Share.of(own, seed));
    }
    return shares;
  }

  private void measure(int text, List<Model> drafts, double[][] means) {
    TokenWindows window = contexts.windows().slice(text, text + 1);
    int first = contexts.prompt() - 1;
    int predictions = window.tokens() - contexts.prompt();
    Matrix ideal = ideal(text, window);
    for (int d = 0; d < drafts.size(); d++) {
      Matrix said = drafts.get(d).logits(window);
      double sum = 0;
      for (int row = first; row < first + predictions; row++) {
        Parallel.checkInterrupt("the acceptance");
        sum +=
            Distribution.of(ideal.row(row), temperature)
                .overlap(Distribution.of(said.row(row), temperature));
      }
      means[d][text] = sum / predictions;
    }
  }
}

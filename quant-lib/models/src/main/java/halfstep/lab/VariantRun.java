package halfstep.lab;

import halfstep.eval.Divergence;
import halfstep.eval.Domain;
import halfstep.eval.Reference;
import halfstep.eval.Windowing;
import halfstep.llm.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Many variants of one model on one text. Few are run at a time, so that their logits stay small;
 * how many depends on the vocabulary alone, so that results do not depend on the machine.
 */
public final class VariantRun {

  /** Bytes of logits that a core may hold while it scores a bundle of windows. */
  private static final long MOST_LOGITS = 64L << 20;

  private static final long BUNDLE_TOKENS = 1024;

  private final Model reference;
  private final Domain text;
  private final Windowing windowing;

  /**
   * A variant that is made when its turn comes.
   *
   * @param name for the progress
   * @param model makes it; not modified
   */
  public record Variant(String name, Supplier<Model> model) {}

  /**
   * @param reference what variants are compared with
   * @param text what both read
   */
  public VariantRun(Model reference, Domain text, Windowing windowing) {
    this.reference = reference;
    this.text = text;
    this.windowing = windowing;
  }

  /**
   * Measures.
   *
   * @param sink takes each divergence as it is known, in order, on the calling thread
   * @return one per variant, in order
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public List<Divergence> measure(
      List<Variant> variants, Consumer<Divergence> sink, LabProgress progress) {
    List<Divergence> all = new ArrayList<>();
    int atOnce = atOnce(reference.config().vocabSize());
    int[] tokens = text.tokens();
    try (Reference beside = new Reference(reference)) {
      for (int from = 0; from < variants.size(); from += atOnce) {
        List<Variant> some = variants.subList(from, Math.min(from + atOnce, variants.size()));
        double n = variants.size();
        LabProgress own = progress.part(from / n, (from + some.size()) / n);
        List<Model> models = some.stream().map(variant -> variant.model().get()).toList();
        for (Divergence found :
            beside.divergences(models, tokens, windowing, own.named(names(some)))) {
          all.add(found);
          sink.accept(found);
        }
      }
    }
    return all;
  }

  private static String names(List<Variant> some) {
    return some.size() == 1
        ? some.getFirst().name()
        : some.getFirst().name() + " … " + some.getLast().name();
  }

  static int atOnce(int vocabulary) {
    return (int) Math.clamp(MOST_LOGITS / (Float.BYTES * BUNDLE_TOKENS * vocabulary), 1L, 8L);
  }
}

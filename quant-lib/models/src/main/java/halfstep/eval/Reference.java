package halfstep.eval;

import halfstep.llm.Model;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/**
 * A model that others are compared with, one after the other. Its logits are kept for the next one,
 * 256 MiB of them at most. If the calling thread's work goes to a device, the model stays there
 * until this is closed, and of the others only what differs from it is brought there. Not for
 * several threads at a time.
 */
public final class Reference implements AutoCloseable {

  /** 2,048 tokens of a vocabulary of 32,768. */
  private static final long MOST = 256L << 20;

  private final Model model;
  private final KeptLogits logits;
  private final Optional<DeviceReference> there;

  /**
   * Brings the model to the device, if there is one.
   *
   * @param model not modified
   */
  public Reference(Model model) {
    this(model, MOST);
  }

  private Reference(Model model, long most) {
    this.model = model;
    this.logits = new KeptLogits(model, most);
    this.there = DeviceReference.load(model);
  }

  /** One that is used for a single comparison and keeps no logits. */
  static Reference once(Model model) {
    return new Reference(model, 0);
  }

  Model model() {
    return model;
  }

  KeptLogits logits() {
    return logits;
  }

  Optional<DeviceReference> there() {
    return there;
  }

  /**
   * The divergence of another model on a text.
   *
   * @param tokens the whole text, tokenized once; not modified
   * @param progress hears the share done, 0 to 1, on the calling thread
   * @throws halfstep.llm.ModelException if the vocabularies differ, or the text is too short for
   *     the protocol
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public Divergence divergence(
      Model other, int[] tokens, Windowing windowing, DoubleConsumer progress) {
    return divergences(List.of(other), tokens, windowing, progress).getFirst();
  }

  /**
   * The divergences of several models; runs this one once at most.
   *
   * @return one per model, in order
   */
  public List<Divergence> divergences(
      List<Model> others, int[] tokens, Windowing windowing, DoubleConsumer progress) {
    try (Sweep sweep = new Sweep(this, true, others)) {
      return sweep.run(tokens, windowing, progress).stream().map(Scores::divergence).toList();
    }
  }

  /** Gives the device's memory back. */
  @Override
  public void close() {
    there.ifPresent(DeviceReference::close);
  }
}

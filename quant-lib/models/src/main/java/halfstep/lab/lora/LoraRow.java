package halfstep.lab.lora;

import halfstep.eval.Divergence;
import halfstep.metric.PairedComparison;
import java.util.List;
import java.util.Optional;

/**
 * One base and what was learnt on it. Divergences are from the original model, on held-out text.
 *
 * @param base its name
 * @param bitsPerWeight of its layers, scales and zeros included; 16 for the original
 * @param steps of the training
 * @param stability of its gradients
 * @param before the base alone
 * @param after with the adapter merged into its weights as float32
 * @param requantized the same, quantized again as the base was; empty for the original
 * @param mergeError mean over layers of ‖W − Ŵ‖/‖W‖ of that second quantization
 * @param kept share of the original's gain that {@code after} shows
 * @param keptRequantized share that is left in {@code requantized}; empty for the original
 * @param beside loss of {@code after} minus that of the original before any training, window by
 *     window: below 0 if fine-tuning on this base beats not fine-tuning at all
 */
public record LoraRow(
    String base,
    double bitsPerWeight,
    List<LoraStep> steps,
    Stability stability,
    Divergence before,
    Divergence after,
    Optional<Divergence> requantized,
    double mergeError,
    Kept kept,
    Optional<Kept> keptRequantized,
    PairedComparison beside) {

  /** Takes a copy. */
  public LoraRow {
    steps = List.copyOf(steps);
  }

  /** Fall of the held-out loss, in nats. */
  public double gain() {
    return before.perplexity().meanNll() - after.perplexity().meanNll();
  }
}

package halfstep.lab.sensitivity;

import halfstep.eval.Divergence;
import java.util.List;
import java.util.Locale;

/**
 * Some layers of a model quantized, all others as they are.
 *
 * @param kind what they have in common
 * @param name {@code 0.down_proj}, {@code down_proj}, {@code block 0} or {@code all}
 * @param block number of the block, or −1 if they are of several
 * @param role what they do in their block; empty if they do several things
 * @param layers full names
 * @param weights how many weights were quantized
 * @param bitsPerWeight with scales and zeros
 * @param divergence from the unquantized model
 */
public record SensitivityPart(
    Kind kind,
    String name,
    int block,
    String role,
    List<String> layers,
    long weights,
    double bitsPerWeight,
    Divergence divergence) {

  /** What the layers of a part have in common. */
  public enum Kind {
    /** One layer alone. */
    LAYER,
    /** The same role in all blocks. */
    ROLE,
    /** All layers of one block. */
    BLOCK,
    /** Every layer. */
    ALL
  }

  private static final double MILLION = 1e6;

  /** Takes a copy of the list. */
  public SensitivityPart {
    layers = List.copyOf(layers);
  }

  /** Mean KL, in nats. */
  public double kl() {
    return divergence.meanKl();
  }

  /** Mean KL for each million weights, in nats: what a saved byte costs. */
  public double klPerMillion() {
    return kl() / (weights / MILLION);
  }

  /** {@code down_proj: KL 0.0216 [0.0205, 0.0227], 0.0878 per million weights}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: KL %.4f %s, %.4f per million weights",
        name,
        kl(),
        divergence.kl().interval(),
        klPerMillion());
  }
}

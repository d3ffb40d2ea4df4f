package halfstep.forward;

import halfstep.tensor.Shape;
import java.util.EnumSet;
import java.util.Set;

/**
 * The shape of a decoder whose blocks all look alike: attention with grouped queries and rotary
 * positions, then a gated MLP, each behind a norm and added to the residual stream.
 *
 * @param vocabulary rows of the embedding
 * @param hidden width of the residual stream
 * @param inner width of the MLP
 * @param blocks number of blocks
 * @param heads of the attention
 * @param normEpsilon added to the mean square in RMSNorm
 * @param tied whether the embedding is also the output head
 */
public record DecoderShape(
    int vocabulary,
    int hidden,
    int inner,
    int blocks,
    Heads heads,
    float normEpsilon,
    boolean tied) {

  /**
   * The heads of all blocks.
   *
   * @param count query heads
   * @param keyValues heads of keys and values; divides {@code count}
   * @param dim width of a head, even
   * @param sight how many tokens a token sees, itself included
   * @param biased whether q, k and v add a bias
   * @param normed whether queries and keys are normalized head by head
   */
  public record Heads(
      int count, int keyValues, int dim, int sight, boolean biased, boolean normed) {

    /** Outputs of q. */
    public int queryWidth() {
      return Math.multiplyExact(count, dim);
    }

    /** Outputs of k, and of v. */
    public int keyValueWidth() {
      return Math.multiplyExact(keyValues, dim);
    }

    /** The first position that the token at {@code position} of its window sees. */
    public int firstSeen(int position) {
      return Math.max(0, position + 1 - sight);
    }
  }

  /** A tensor of a block. Linear layers are {@code out × in}, all others {@code 1 × width}. */
  public enum Part {
    /** Gain of the norm before the attention. */
    ATTENTION_NORM,
    Q,
    K,
    V,
    /** What q adds, in some models. */
    Q_BIAS,
    /** What k adds, in some models. */
    K_BIAS,
    /** What v adds, in some models. */
    V_BIAS,
    /** Gain of the norm of a head's queries, in some models. */
    Q_NORM,
    /** Gain of the norm of a head's keys, in some models. */
    K_NORM,
    O,
    /** Gain of the norm before the MLP. */
    MLP_NORM,
    GATE,
    UP,
    DOWN
  }

  /** What a block of this shape consists of. */
  public Set<Part> parts() {
    Set<Part> parts = EnumSet.allOf(Part.class);
    if (!heads.biased()) {
      parts.removeAll(EnumSet.of(Part.Q_BIAS, Part.K_BIAS, Part.V_BIAS));
    }
    if (!heads.normed()) {
      parts.removeAll(EnumSet.of(Part.Q_NORM, Part.K_NORM));
    }
    return parts;
  }

  /** The shape of a tensor of a block. */
  public Shape shape(Part part) {
    return switch (part) {
      case ATTENTION_NORM, MLP_NORM -> new Shape(1, hidden);
      case Q -> new Shape(heads.queryWidth(), hidden);
      case K, V -> new Shape(heads.keyValueWidth(), hidden);
      case Q_BIAS -> new Shape(1, heads.queryWidth());
      case K_BIAS, V_BIAS -> new Shape(1, heads.keyValueWidth());
      case Q_NORM, K_NORM -> new Shape(1, heads.dim());
      case O -> new Shape(hidden, heads.queryWidth());
      case GATE, UP -> new Shape(inner, hidden);
      case DOWN -> new Shape(hidden, inner);
    };
  }

  /** The shape of the embedding, and of the head. */
  public Shape tokens() {
    return new Shape(vocabulary, hidden);
  }

  /** For remarks. */
  @Override
  public String toString() {
    return "%d blocks, hidden %d, vocabulary %d".formatted(blocks, hidden, vocabulary);
  }
}

package halfstep.llm;

import halfstep.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a model's {@code config.json} says about its shape: facts alone, whatever the architecture
 * is called.
 *
 * @param type the architecture's name, such as {@code qwen3}
 * @param vocabSize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the MLP, or of each expert
 * @param layers number of blocks
 * @param attention shape of the attention, the same in all blocks
 * @param rotary how positions turn queries and keys
 * @param experts the mixture in each block, or null for one dense MLP
 * @param normEpsilon added to the mean square in RMSNorm
 * @param maxPositions longest window
 * @param tiedEmbeddings whether the embedding is also the output head
 * @param special tokens that begin and end a text
 */
public record ModelConfig(
    String type,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    Attention attention,
    Rotary rotary,
    @Nullable Experts experts,
    float normEpsilon,
    int maxPositions,
    boolean tiedEmbeddings,
    SpecialTokens special) {

  /**
   * Causal attention with grouped queries.
   *
   * @param heads number of query heads
   * @param keyValueHeads number of key and value heads; divides {@code heads}
   * @param headDim width of a head, even; need not be {@code hiddenSize / heads}
   * @param window how many tokens each one sees, itself included; empty if all before it
   * @param biases whether q, k and v add a bias, as in Qwen2
   * @param normed whether queries and keys are normalized head by head, as in Qwen3
   */
  public record Attention(
      int heads,
      int keyValueHeads,
      int headDim,
      OptionalInt window,
      boolean biases,
      boolean normed) {

    private static final int WIDEST_HEAD = 1 << 16;

    /** Refuses shapes that no forward pass can run. */
    public Attention {
      if (heads % keyValueHeads != 0) {
        throw new ModelException(
            "%d query heads cannot share %d key-value heads evenly"
                .formatted(heads, keyValueHeads));
      }
      if (headDim % 2 != 0) {
        throw new ModelException(
            "head_dim %d is odd; rotary embeddings need pairs".formatted(headDim));
      }
      if (headDim > WIDEST_HEAD) {
        throw new ModelException(
            "head_dim is %d; no head is wider than %d".formatted(headDim, WIDEST_HEAD));
      }
    }

    /** Outputs of q: {@code heads · headDim}. */
    public long queryWidth() {
      return (long) heads * headDim;
    }

    /** Outputs of k, and of v: {@code keyValueHeads · headDim}. */
    public long keyValueWidth() {
      return (long) keyValueHeads * headDim;
    }
  }

  /**
   * Rotary positions.
   *
   * @param theta base of the frequencies
   * @param scaling how they are stretched, or null
   */
  public record Rotary(double theta, @Nullable RopeScaling scaling) {}

  /**
   * Llama 3's stretching: slow rotations are slowed by {@code factor}, fast ones are kept, those
   * between are blended.
   *
   * @param factor by which slow rotations are slowed
   * @param lowFrequencyFactor rotations with a longer wave than {@code originalPositions / this}
   *     are slow
   * @param highFrequencyFactor those with a shorter wave than {@code originalPositions / this} fast
   * @param originalPositions context the model was first trained for
   */
  public record RopeScaling(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalPositions) {}

  /**
   * A mixture of experts.
   *
   * @param count experts in a block
   * @param perToken how many of them each token runs through
   */
  public record Experts(int count, int perToken) {

    /** Refuses a mixture that cannot be routed. */
    public Experts {
      if (perToken > count) {
        throw new ModelException(
            "each token runs through %d experts, but there are only %d".formatted(perToken, count));
      }
    }
  }

  /** Number of query heads. */
  public int heads() {
    return attention.heads();
  }

  /** Number of key and value heads. */
  public int keyValueHeads() {
    return attention.keyValueHeads();
  }

  /** Width of a head. */
  public int headDim() {
    return attention.headDim();
  }

  /** The mixture in each block; empty for one dense MLP. */
  public Optional<Experts> mixture() {
    return Optional.ofNullable(experts);
  }

  /** Every tensor of a model of this shape by its name, in the order in which a pass reads them. */
  public Map<String, Shape> tensors() {
    return new Layout(this).tensors();
  }

  /** Full names of the linear layers of its blocks, in the order in which they run. */
  public List<String> linearLayers() {
    return new Layout(this).layers();
  }

  /**
   * Reads {@code config.json}, with the keys of transformers 4 or 5, and the tokens that end a text
   * from {@code generation_config.json} if there is one.
   *
   * @param folder holds it
   * @throws ModelException if it is missing, incomplete, or of a model that is not supported
   */
  public static ModelConfig read(Path folder) {
    return ConfigReader.read(folder);
  }
}

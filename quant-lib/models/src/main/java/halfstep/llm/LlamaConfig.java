package halfstep.llm;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a Llama model, as its {@code config.json} gives it.
 *
 * @param vocabSize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the MLP
 * @param layers number of blocks
 * @param heads number of query heads
 * @param keyValueHeads number of key and value heads; divides {@code heads}
 * @param headDim width of a head, even; need not be {@code hiddenSize / heads}
 * @param normEpsilon added to the mean square in RMSNorm
 * @param maxPositions longest window
 * @param tiedEmbeddings whether the embedding is also the output head
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling how they are stretched, or null
 */
public record LlamaConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    float normEpsilon,
    int maxPositions,
    boolean tiedEmbeddings,
    double ropeTheta,
    @Nullable RopeScaling ropeScaling) {

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

  /** Refuses shapes that no forward pass can run. */
  public LlamaConfig {
    if (heads % keyValueHeads != 0) {
      throw new ModelException(
          "%d query heads cannot share %d key-value heads evenly".formatted(heads, keyValueHeads));
    }
    if (headDim % 2 != 0) {
      throw new ModelException(
          "head_dim %d is odd; rotary embeddings need pairs".formatted(headDim));
    }
  }

  /**
   * Reads {@code config.json}, with the keys of transformers 4 or 5.
   *
   * @param folder holds it
   * @throws ModelException if it is missing, incomplete, or of a model that is not supported
   */
  public static LlamaConfig read(Path folder) {
    return ConfigReader.open(folder.resolve("config.json")).llama();
  }
}

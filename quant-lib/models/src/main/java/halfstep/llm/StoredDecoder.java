package halfstep.llm;

import halfstep.forward.DecoderShape;
import halfstep.forward.DecoderShape.Part;
import halfstep.forward.DecoderWeights;
import halfstep.llm.ModelConfig.Attention;
import halfstep.tensor.Matrix;
import java.lang.foreign.Arena;
import java.util.stream.Stream;

/** A model's weights as a device takes them; those in place of the checkpoint's among them. */
final class StoredDecoder implements DecoderWeights {

  private final Layout layout;
  private final ModelWeights weights;
  private final Rope rope;

  /**
   * @param layout of a model without experts
   */
  StoredDecoder(Layout layout, ModelWeights weights) {
    this.layout = layout;
    this.weights = weights;
    this.rope = new Rope(layout.config());
  }

  @Override
  public DecoderShape shape() {
    ModelConfig config = layout.config();
    Attention attention = config.attention();
    return new DecoderShape(
        config.vocabSize(),
        config.hiddenSize(),
        config.intermediateSize(),
        config.layers(),
        new DecoderShape.Heads(
            attention.heads(),
            attention.keyValueHeads(),
            attention.headDim(),
            attention.window().orElse(Integer.MAX_VALUE),
            attention.biases(),
            attention.normed()),
        config.normEpsilon(),
        config.tiedEmbeddings());
  }

  @Override
  public Matrix embedding(Arena memory) {
    return read(Layout.EMBEDDING, memory);
  }

  @Override
  public Matrix head(Arena memory) {
    return read(layout.head(), memory);
  }

  @Override
  public Matrix finalNorm(Arena memory) {
    return read(Layout.FINAL_NORM, memory);
  }

  @Override
  public Matrix part(int block, Part part, Arena memory) {
    return read(tensor(block, part), memory);
  }

  @Override
  public boolean shares(DecoderWeights other, int block, Part part) {
    return other instanceof StoredDecoder stored
        && weights.shares(stored.weights, tensor(block, part));
  }

  @Override
  public boolean sharesOutside(DecoderWeights other) {
    return other instanceof StoredDecoder stored
        && Stream.of(Layout.EMBEDDING, layout.head(), Layout.FINAL_NORM)
            .allMatch(tensor -> weights.shares(stored.weights, tensor));
  }

  private String tensor(int block, Part part) {
    return switch (part) {
      case ATTENTION_NORM -> weight(block, BlockPlan.ATTENTION_NORM);
      case Q -> weight(block, SelfAttention.Q);
      case K -> weight(block, SelfAttention.K);
      case V -> weight(block, SelfAttention.V);
      case Q_BIAS -> bias(block, SelfAttention.Q);
      case K_BIAS -> bias(block, SelfAttention.K);
      case V_BIAS -> bias(block, SelfAttention.V);
      case Q_NORM -> weight(block, SelfAttention.Q_NORM);
      case K_NORM -> weight(block, SelfAttention.K_NORM);
      case O -> weight(block, SelfAttention.O);
      case MLP_NORM -> weight(block, BlockPlan.MLP_NORM);
      case GATE -> weight(block, GatedMlp.GATE);
      case UP -> weight(block, GatedMlp.UP);
      case DOWN -> weight(block, GatedMlp.DOWN);
    };
  }

  @Override
  public Rotation rotation(int positions) {
    return rope.rotation(positions);
  }

  private static String weight(int block, String name) {
    return Layout.tensor(Layout.layer(block, name));
  }

  private String bias(int block, String name) {
    return layout.bias(Layout.layer(block, name)).orElseThrow();
  }

  private Matrix read(String tensor, Arena memory) {
    return weights.once(
        tensor, shape -> Matrix.zeros(shape.rows(), shape.cols(), memory), bytes -> {});
  }
}

package halfstep.llm;

import halfstep.llm.BlockPlan.Listener;
import halfstep.llm.Stage.Linear;
import halfstep.llm.Sublayer.Weights;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.Names;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A language model in float32 from a folder in the layout of Hugging Face. Weights are read when
 * first used and then kept. Immutable and safe for use by several threads.
 */
public final class Model {

  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String FINAL_NORM = "model.norm.weight";
  private static final String HEAD = "lm_head.weight";

  private final Path folder;
  private final LlamaConfig config;
  private final BlockPlan plan;
  private final ModelWeights weights;

  private Model(Path folder, LlamaConfig config, BlockPlan plan, ModelWeights weights) {
    this.folder = folder;
    this.config = config;
    this.plan = plan;
    this.weights = weights;
  }

  /**
   * Opens a model; reads {@code config.json} and the checkpoint's headers.
   *
   * @param folder holds {@code config.json} and the checkpoint
   * @throws ModelException if it is missing, incomplete, or of a type that is not supported
   * @throws halfstep.safetensors.SafetensorsException if a weight file is missing or wrong
   */
  public static Model open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException(
          "there is no model folder %s; it should hold config.json and model.safetensors"
              .formatted(folder));
    }
    LlamaConfig config = LlamaConfig.read(folder);
    Model model =
        new Model(
            folder, config, BlockPlan.llama(config), ModelWeights.of(Checkpoint.open(folder)));
    model.requireTensors();
    return model;
  }

  private void requireTensors() {
    Shape vocabulary = new Shape(config.vocabSize(), config.hiddenSize());
    Shape norm = new Shape(1, config.hiddenSize());
    weights.require(EMBEDDING, vocabulary);
    weights.require(FINAL_NORM, norm);
    if (!config.tiedEmbeddings()) {
      weights.require(HEAD, vocabulary);
    }
    for (int block = 0; block < config.layers(); block++) {
      for (Linear linear : plan.linears()) {
        weights.require(tensor(layer(block, linear.name())), linear.shape());
      }
      for (BlockPlan.Half half : plan.halves()) {
        weights.require(tensor(layer(block, half.norm())), norm);
      }
    }
  }

  /** The folder it was opened from. */
  public Path folder() {
    return folder;
  }

  /** Its shape. */
  public LlamaConfig config() {
    return config;
  }

  /** The files its weights come from. */
  public Checkpoint checkpoint() {
    return weights.checkpoint();
  }

  /**
   * Opens the tokenizer beside the weights.
   *
   * @throws ModelException if it knows more tokens than the embedding has rows
   * @throws halfstep.text.TokenizerException if there is none
   */
  public Tokenizer tokenizer() {
    Tokenizer tokenizer = Tokenizer.open(folder);
    if (tokenizer.vocabularySize() > config.vocabSize()) {
      throw new ModelException(
          "%s: the tokenizer knows %d tokens, but the embedding has %d rows; they belong to different models"
              .formatted(folder, tokenizer.vocabularySize(), config.vocabSize()));
    }
    return tokenizer;
  }

  /** Full names of all linear layers of the blocks, in the order in which they run. */
  public List<String> layers() {
    return IntStream.range(0, config.layers())
        .boxed()
        .flatMap(block -> layersOf(block).stream())
        .toList();
  }

  /** Full names of the linear layers of one block. */
  public List<String> layersOf(int block) {
    requireBlock(block);
    return plan.linears().stream().map(linear -> layer(block, linear.name())).toList();
  }

  /**
   * The weight of a linear layer.
   *
   * @param layer full name, such as {@code model.layers.0.self_attn.q_proj}
   * @return {@code out × in}; shared, not to be modified
   * @throws ModelException naming the nearest layer, if there is none of this name
   * @throws halfstep.quant.NonFiniteException if it holds NaN or infinities
   */
  public Matrix weight(String layer) {
    requireLayer(layer);
    return weights.get(tensor(layer));
  }

  /**
   * The same, but a weight that was not read before is not kept: for passing through a model layer
   * by layer in the memory of one layer.
   */
  public Matrix weightOnce(String layer) {
    requireLayer(layer);
    return weights.once(tensor(layer));
  }

  /**
   * A model with other weights in some layers; everything else is shared.
   *
   * @param others by full layer name, each {@code out × in}; shared, not to be modified any more
   * @throws ModelException if there is no such layer
   * @throws halfstep.tensor.ShapeException if a shape differs
   */
  public Model withWeights(Map<String, Matrix> others) {
    Map<String, Matrix> byTensor = new LinkedHashMap<>();
    others.forEach((layer, matrix) -> {
      requireLayer(layer);
      matrix.requireShape(checkpoint().info(tensor(layer)).matrixShape(), "layer " + layer);
      byTensor.put(tensor(layer), matrix);
    });
    return new Model(folder, config, plan, weights.replacing(byTensor));
  }

  /**
   * Next-token logits.
   *
   * @param window token ids, read from empty context
   * @return a new matrix, {@code tokens × vocabulary}; row {@code i} predicts token {@code i + 1}
   * @throws ModelException if the window is longer than the model's context or a token is unknown
   */
  public Matrix logits(int[] window) {
    return logits(TokenWindows.of(window));
  }

  /**
   * Next-token logits of several windows at once, on the calling thread's core when it is one of
   * several workers.
   *
   * @return a new matrix, {@code tokens × vocabulary}, window after window
   * @throws ModelException if a window is longer than the model's context or a token is unknown
   */
  public Matrix logits(TokenWindows windows) {
    Matrix states = embed(windows).states();
    for (int block = 0; block < config.layers(); block++) {
      plan.run(states, windows, blockWeights(block), Listener.NONE);
    }
    Matrix normed = Rows.rmsNorm(states, weights.get(FINAL_NORM), config.normEpsilon());
    return Matmul.timesTransposed(normed, weights.get(config.tiedEmbeddings() ? EMBEDDING : HEAD));
  }

  /** The residual stream at the entrance of block 0. */
  public HiddenStates embed(TokenWindows windows) {
    requireContext(windows);
    Matrix table = weights.get(EMBEDDING);
    Matrix states = Matrix.zeros(windows.tokens(), config.hiddenSize());
    float[] row = new float[config.hiddenSize()];
    for (int w = 0; w < windows.count(); w++) {
      for (int p = 0; p < windows.length(w); p++) {
        table.read((long) requireToken(windows.token(w, p)) * row.length, row, 0, row.length);
        states.write((long) (windows.start(w) + p) * row.length, row, 0, row.length);
      }
    }
    return new HiddenStates(0, windows, states);
  }

  /** The residual stream after one more block. */
  public HiddenStates next(HiddenStates entrance) {
    requireBlock(entrance.block());
    Matrix states = entrance.states().copy();
    new WindowParts(entrance.windows())
        .each(
            "a block",
            (part, firstRow) ->
                plan.run(
                    WindowParts.rows(states, part, firstRow),
                    part,
                    blockWeights(entrance.block()),
                    Listener.NONE));
    return new HiddenStates(entrance.block() + 1, entrance.windows(), states);
  }

  /** Runs one more block and keeps the input of each of its linear layers. */
  public BlockCapture capture(HiddenStates entrance) {
    requireBlock(entrance.block());
    return new BlockCapture(this, entrance);
  }

  /** Runs the blocks before {@code block}, then {@link #capture}. */
  public BlockCapture capture(int block, TokenWindows windows) {
    requireBlock(block);
    HiddenStates states = embed(windows);
    while (states.block() < block) {
      states = next(states);
    }
    return capture(states);
  }

  BlockPlan plan() {
    return plan;
  }

  Weights blockWeights(int block) {
    return name -> weights.get(tensor(layer(block, name)));
  }

  static String layer(int block, String name) {
    return "model.layers." + block + "." + name;
  }

  private static String tensor(String layer) {
    return layer + ".weight";
  }

  private void requireLayer(String layer) {
    List<String> layers = layers();
    if (!layers.contains(layer)) {
      throw new ModelException(
          "there is no linear layer %s%s".formatted(layer, Names.nearest(layer, layers)));
    }
  }

  private void requireBlock(int block) {
    if (block < 0 || block >= config.layers()) {
      throw new ModelException(
          "there is no block %d; the model has blocks 0 to %d"
              .formatted(block, config.layers() - 1));
    }
  }

  private void requireContext(TokenWindows windows) {
    if (windows.longest() > config.maxPositions()) {
      throw new ModelException(
          "a window of %d tokens is longer than the model's context of %d"
              .formatted(windows.longest(), config.maxPositions()));
    }
  }

  private int requireToken(int token) {
    if (token < 0 || token >= config.vocabSize()) {
      throw new ModelException(
          "token %d is outside the vocabulary of %d; the text belongs to another model's tokenizer"
              .formatted(token, config.vocabSize()));
    }
    return token;
  }

  @Override
  public String toString() {
    return "%s: %d blocks, hidden %d, vocabulary %d"
        .formatted(folder.getFileName(), config.layers(), config.hiddenSize(), config.vocabSize());
  }
}

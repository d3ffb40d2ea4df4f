package halfstep.llm;

import halfstep.forward.DecoderWeights;
import halfstep.llm.BlockPlan.Listener;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.Checkpoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import halfstep.text.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A language model in float32 from a folder in the layout of Hugging Face. Weights are read when
 * first used and then kept. Immutable and safe for use by several threads.
 */
public final class Model {

  private final Path folder;
  private final Layout layout;
  private final ModelWeights weights;

  private Model(Path folder, Layout layout, ModelWeights weights) {
    this.folder = folder;
    this.layout = layout;
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
    ModelConfig config = ModelConfig.read(folder);
    ModelWeights weights = ModelWeights.of(Checkpoint.open(folder));
    weights.requireEnough(config);
    Layout layout = new Layout(config);
    layout.tensors().forEach(weights::require);
    return new Model(folder, layout, weights);
  }

  /** The folder it was opened from. */
  public Path folder() {
    return folder;
  }

  /** Its shape. */
  public ModelConfig config() {
    return layout.config();
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
    if (tokenizer.vocabularySize() > config().vocabSize()) {
      throw new ModelException(
          "%s: the tokenizer knows %d tokens, but the embedding has %d rows; they belong to different models"
              .formatted(folder, tokenizer.vocabularySize(), config().vocabSize()));
    }
    return tokenizer;
  }

  /** Full names of all linear layers of the blocks, in the order in which they run. */
  public List<String> layers() {
    return layout.layers();
  }

  /** Full names of the linear layers of one block. */
  public List<String> layersOf(int block) {
    layout.requireBlock(block);
    return plan().linears().stream().map(linear -> Layout.layer(block, linear.name())).toList();
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
    layout.linear(layer);
    return weights.get(Layout.tensor(layer));
  }

  /**
   * The same, but a weight that was not read before is not kept: for passing through a model layer
   * by layer in the memory of one layer.
   *
   * @param memory gives a matrix of a layer's shape, which is overwritten; not asked for a weight
   *     that is there already
   * @param seen hears of the bytes that are read, as they lie in the file
   */
  public Matrix weightOnce(
      String layer, Function<Shape, Matrix> memory, Consumer<MemorySegment> seen) {
    layout.linear(layer);
    return weights.once(Layout.tensor(layer), memory, seen);
  }

  /**
   * A model with other weights in some layers; everything else is shared.
   *
   * @param others by full layer name, each {@code out × in}; shared, not to be modified any more
   * @throws ModelException if there is no such layer
   * @throws halfstep.tensor.ShapeException if a shape differs
   */
  public Model withWeights(Map<String, Matrix> others) {
    Map<String, Replacement> all = new LinkedHashMap<>();
    others.forEach((layer, matrix) -> all.put(layer, new Replacement.Dense(matrix)));
    return with(all);
  }

  /**
   * A model with quantized layers in place of some; everything else is shared. Few tokens at a
   * time, as in decoding, are multiplied from packed codes; for many, codes are turned back into
   * weights some rows at a time while a layer runs: the model is never dequantized whole.
   *
   * @param others by full layer name; shared, not to be modified any more
   * @throws ModelException if there is no such layer
   * @throws halfstep.tensor.ShapeException if a shape differs
   */
  public Model withQuantized(Map<String, QuantizedMatrix> others) {
    Map<String, Replacement> all = new LinkedHashMap<>();
    others.forEach((layer, codes) -> all.put(layer, new Replacement.Quantized(codes)));
    return with(all);
  }

  /**
   * The same model in little memory: its matrices are read from their mapped files again whenever
   * they are used, some rows at a time. {@link RunPlan} tells how little.
   */
  public Model frugal() {
    return new Model(folder, layout, weights.frugal());
  }

  /** The model as a plan wants it. */
  public Model under(RunPlan plan) {
    return plan.kept() ? this : frugal();
  }

  /** Its weights for a forward pass on a device; empty if its blocks have experts. */
  public Optional<DecoderWeights> decoder() {
    return config().mixture().isPresent()
        ? Optional.empty()
        : Optional.of(new StoredDecoder(layout, weights));
  }

  /** Every tensor that the forward pass reads, with its shape. */
  Map<String, Shape> tensors() {
    return layout.tensors();
  }

  private Model with(Map<String, Replacement> others) {
    Map<String, Replacement> byTensor = new LinkedHashMap<>();
    others.forEach((layer, other) -> {
      Shape expected = layout.linear(layer).shape();
      if (!other.shape().equals(expected)) {
        throw new ShapeException(
            "layer %s is %s, but its replacement is %s".formatted(layer, expected, other.shape()));
      }
      byTensor.put(Layout.tensor(layer), other);
    });
    return new Model(folder, layout, weights.replacing(byTensor));
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
    return head(states(windows, block -> Past.NONE));
  }

  /**
   * The residual stream after the last block; a new matrix.
   *
   * @param past what precedes the tokens, by block
   */
  Matrix states(TokenWindows windows, IntFunction<? extends Past> past) {
    Matrix states = embed(windows).states();
    for (int block = 0; block < config().layers(); block++) {
      Stretch stretch = new Stretch(windows, past.apply(block));
      plan().run(states, stretch, blockWeights(block), Listener.NONE);
    }
    return states;
  }

  /** Logits of the residual stream after the last block; a new matrix. */
  Matrix head(Matrix states) {
    Matrix normed = Rows.rmsNorm(states, weights.get(Layout.FINAL_NORM), config().normEpsilon());
    return weights.times(layout.head(), normed);
  }

  /** The residual stream at the entrance of block 0. */
  public HiddenStates embed(TokenWindows windows) {
    windows.requireFit(config());
    Matrix states = Matrix.zeros(windows.tokens(), config().hiddenSize());
    for (int w = 0; w < windows.count(); w++) {
      for (int p = 0; p < windows.length(w); p++) {
        int row = windows.start(w) + p;
        weights.rows(Layout.EMBEDDING, windows.token(w, p), states.rows(row, row + 1));
      }
    }
    return new HiddenStates(0, windows, states);
  }

  /** The residual stream after one more block. */
  public HiddenStates next(HiddenStates entrance) {
    layout.requireBlock(entrance.block());
    Matrix states = entrance.states().copy();
    new WindowParts(entrance.windows())
        .each(
            "a block",
            (part, firstRow) ->
                plan()
                    .run(
                        WindowParts.rows(states, part, firstRow),
                        Stretch.of(part),
                        blockWeights(entrance.block()),
                        Listener.NONE));
    return new HiddenStates(entrance.block() + 1, entrance.windows(), states);
  }

  /** Runs one more block and keeps the input of each of its linear layers. */
  public BlockCapture capture(HiddenStates entrance) {
    return capture(entrance, CaptureMemory.UNBOUNDED);
  }

  /**
   * The same.
   *
   * @param memory where the inputs are kept
   * @throws java.io.UncheckedIOException if files are needed and cannot be written
   */
  public BlockCapture capture(HiddenStates entrance, CaptureMemory memory) {
    layout.requireBlock(entrance.block());
    return new BlockCapture(this, entrance, memory);
  }

  /** Runs the blocks before {@code block}, then {@link #capture}. */
  public BlockCapture capture(int block, TokenWindows windows) {
    layout.requireBlock(block);
    HiddenStates states = embed(windows);
    while (states.block() < block) {
      states = next(states);
    }
    return capture(states);
  }

  BlockPlan plan() {
    return layout.plan();
  }

  BlockWeights blockWeights(int block) {
    return new StoredBlock(layout, weights, block);
  }

  /** The tensor of a layer's bias, if it has one. */
  Optional<String> bias(String layer) {
    return layout.bias(layer);
  }

  @Override
  public String toString() {
    return "%s: %d blocks, hidden %d, vocabulary %d"
        .formatted(
            folder.getFileName(), config().layers(), config().hiddenSize(), config().vocabSize());
  }
}

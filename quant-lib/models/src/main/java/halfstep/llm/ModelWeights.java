package halfstep.llm;

import halfstep.quant.FiniteCheck;
import halfstep.safetensors.Checkpoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** A checkpoint's tensors as float32, read when first used and then kept; some may be replaced. */
final class ModelWeights {

  private final Checkpoint checkpoint;
  private final Map<String, Matrix> read;
  private final Map<String, Replacement> replaced;
  private final boolean kept;

  private ModelWeights(
      Checkpoint checkpoint,
      Map<String, Matrix> read,
      Map<String, Replacement> replaced,
      boolean kept) {
    this.checkpoint = checkpoint;
    this.read = read;
    this.replaced = Map.copyOf(replaced);
    this.kept = kept;
  }

  static ModelWeights of(Checkpoint checkpoint) {
    return new ModelWeights(checkpoint, new ConcurrentHashMap<>(), Map.of(), true);
  }

  /** The same weights, shared, with some others in their place. */
  ModelWeights replacing(Map<String, ? extends Replacement> others) {
    Map<String, Replacement> all = new HashMap<>(replaced);
    all.putAll(others);
    return new ModelWeights(checkpoint, read, all, kept);
  }

  /** The same weights, but matrices are read again whenever they are used, some rows at a time. */
  ModelWeights frugal() {
    return new ModelWeights(checkpoint, new ConcurrentHashMap<>(), replaced, false);
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  /**
   * Refuses a checkpoint with fewer tensors than blocks, before any block is planned: a corrupt
   * number of them would fill the memory with plans.
   */
  void requireEnough(ModelConfig config) {
    long experts = config.mixture().map(ModelConfig.Experts::count).orElse(1);
    int held = checkpoint.names().size();
    if (config.layers() * experts > held) {
      throw new ModelException(
          "%s: config.json promises %d blocks%s, but the checkpoint holds %d tensors; they belong to different models"
              .formatted(
                  checkpoint.path(),
                  config.layers(),
                  experts == 1 ? "" : " of %d experts".formatted(experts),
                  held));
    }
  }

  /** Refuses a checkpoint in which a tensor is missing or has another shape. */
  void require(String tensor, Shape shape) {
    if (!checkpoint.contains(tensor)) {
      throw new ModelException(
          "%s lacks tensor %s, which config.json promises".formatted(checkpoint.path(), tensor));
    }
    Shape actual = checkpoint.info(tensor).matrixShape();
    if (!actual.equals(shape)) {
      throw new ModelException(
          "%s: tensor %s is %s, but config.json promises %s"
              .formatted(checkpoint.path(), tensor, actual, shape));
    }
  }

  /** {@code x · Wᵀ}; only {@code x} must fit, and is not modified. */
  Matrix times(String tensor, Matrix x) {
    Replacement other = replaced.get(tensor);
    if (other != null) {
      return other.times(x);
    }
    return kept
        ? Matmul.timesTransposed(x, own(tensor))
        : PanelProduct.of(x, shape(tensor), (first, into) -> rows(tensor, first, into));
  }

  /**
   * Some rows of a tensor.
   *
   * @param into filled with as many as it has
   */
  void rows(String tensor, long first, Matrix into) {
    if (kept || replaced.containsKey(tensor)) {
      into.segment().copyFrom(get(tensor).rows(first, first + into.rows()).segment());
      return;
    }
    checkpoint.read(tensor, first, into);
    requireFinite(into, tensor);
  }

  /** Whether a tensor of two models is the same one. */
  boolean shares(ModelWeights other, String tensor) {
    return checkpoint == other.checkpoint && replaced.get(tensor) == other.replaced.get(tensor);
  }

  private Shape shape(String tensor) {
    return checkpoint.info(tensor).matrixShape();
  }

  /** A tensor; shared, not to be modified. */
  Matrix get(String tensor) {
    Replacement other = replaced.get(tensor);
    if (other != null) {
      return other.matrix();
    }
    return kept || shape(tensor).rows() == 1 ? own(tensor) : fromFile(tensor);
  }

  /**
   * A tensor that is kept only if it was kept already.
   *
   * @param memory gives what it is read into, if it must be read
   * @param seen hears of the file's bytes then
   */
  Matrix once(String tensor, Function<Shape, Matrix> memory, Consumer<MemorySegment> seen) {
    Replacement other = replaced.get(tensor);
    if (other != null) {
      return other.matrix();
    }
    Matrix known = read.get(tensor);
    return known != null ? known : fromFile(tensor, memory.apply(shape(tensor)), seen);
  }

  private Matrix own(String tensor) {
    return read.computeIfAbsent(tensor, this::fromFile);
  }

  private Matrix fromFile(String tensor) {
    Shape shape = shape(tensor);
    return fromFile(tensor, Matrix.zeros(shape.rows(), shape.cols()), bytes -> {});
  }

  private Matrix fromFile(String tensor, Matrix into, Consumer<MemorySegment> seen) {
    if (!checkpoint.read(tensor, into, seen)) {
      requireFinite(into, tensor);
    }
    return into;
  }

  private void requireFinite(Matrix read, String tensor) {
    FiniteCheck.require(read, "%s: tensor %s".formatted(checkpoint.fileOf(tensor), tensor));
  }
}

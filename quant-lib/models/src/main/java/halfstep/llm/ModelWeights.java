package halfstep.llm;

import halfstep.quant.FiniteCheck;
import halfstep.safetensors.Checkpoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A checkpoint's tensors as float32, read when first used and then kept; some may be replaced. */
final class ModelWeights {

  private final Checkpoint checkpoint;
  private final Map<String, Matrix> read;
  private final Map<String, Replacement> replaced;

  private ModelWeights(
      Checkpoint checkpoint, Map<String, Matrix> read, Map<String, Replacement> replaced) {
    this.checkpoint = checkpoint;
    this.read = read;
    this.replaced = Map.copyOf(replaced);
  }

  static ModelWeights of(Checkpoint checkpoint) {
    return new ModelWeights(checkpoint, new ConcurrentHashMap<>(), Map.of());
  }

  /** The same weights, shared, with some others in their place. */
  ModelWeights replacing(Map<String, ? extends Replacement> others) {
    Map<String, Replacement> all = new HashMap<>(replaced);
    all.putAll(others);
    return new ModelWeights(checkpoint, read, all);
  }

  Checkpoint checkpoint() {
    return checkpoint;
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
    return other != null ? other.times(x) : Matmul.timesTransposed(x, own(tensor));
  }

  /** A tensor; shared, not to be modified. */
  Matrix get(String tensor) {
    Replacement other = replaced.get(tensor);
    return other != null ? other.matrix() : own(tensor);
  }

  /** A tensor that is kept only if it was kept already. */
  Matrix once(String tensor) {
    Replacement other = replaced.get(tensor);
    if (other != null) {
      return other.matrix();
    }
    Matrix known = read.get(tensor);
    return known != null ? known : fromFile(tensor);
  }

  private Matrix own(String tensor) {
    return read.computeIfAbsent(tensor, this::fromFile);
  }

  private Matrix fromFile(String tensor) {
    Matrix matrix = checkpoint.matrix(tensor);
    FiniteCheck.require(matrix, "tensor " + tensor);
    return matrix;
  }
}

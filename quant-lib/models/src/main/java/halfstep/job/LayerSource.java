package halfstep.job;

import halfstep.llm.Model;
import halfstep.quant.FiniteCheck;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where layers come from: the linear layers of a model's blocks (its embedding, norms and output
 * head stay as they are), or every float matrix of a single file.
 */
public final class LayerSource {

  private final Checkpoint checkpoint;
  private final @Nullable Model model;
  private final Map<String, String> tensors;
  private final List<String> layers;

  private LayerSource(
      Checkpoint checkpoint,
      @Nullable Model model,
      List<String> layers,
      Function<String, String> tensor) {
    this.checkpoint = checkpoint;
    this.model = model;
    this.layers = List.copyOf(layers);
    this.tensors = layers.stream().collect(Collectors.toMap(Function.identity(), tensor));
  }

  /**
   * Opens a model folder or a {@code .safetensors} file.
   *
   * @throws halfstep.llm.ModelException if the folder holds no model that is supported
   * @throws halfstep.safetensors.SafetensorsException if a file is missing or wrong
   * @throws JobException if the file holds no float matrix
   */
  public static LayerSource open(Path input) {
    if (Files.isDirectory(input)) {
      return of(Model.open(input));
    }
    Checkpoint checkpoint = Checkpoint.open(input);
    List<String> layers =
        checkpoint.tensors().stream()
            .filter(TensorInfo::isFloatMatrix)
            .map(TensorInfo::name)
            .toList();
    if (layers.isEmpty()) {
      throw new JobException(
          "%s: none of its %d tensors is a float matrix"
              .formatted(input, checkpoint.names().size()));
    }
    return new LayerSource(checkpoint, null, layers, name -> name);
  }

  /** The linear layers of a model's blocks. */
  public static LayerSource of(Model model) {
    return new LayerSource(model.checkpoint(), model, model.layers(), name -> name + ".weight");
  }

  /** Names of all layers, in order. */
  public List<String> layers() {
    return layers;
  }

  /** {@code out × in} of a layer. */
  public Shape shape(String layer) {
    return checkpoint.info(tensor(layer)).matrixShape();
  }

  /** What a layer takes in its file. */
  long bytes(String layer) {
    return checkpoint.info(tensor(layer)).bytes();
  }

  /** How a layer's weights are stored. */
  public DType type(String layer) {
    return checkpoint.info(tensor(layer)).dtype();
  }

  /** Refuses a layer whose type has no exact float32 form. */
  void requireReadable(String layer) {
    DType dtype = checkpoint.info(tensor(layer)).dtype();
    if (!dtype.isWeight()) {
      throw new JobException(
          "layer %s holds %s; F32, F16 and BF16 can be quantized: convert it or exclude it"
              .formatted(layer, dtype));
    }
  }

  /**
   * Reads a layer's weight; a model that has not read it yet does not keep it.
   *
   * @return {@code out × in}; not to be modified
   * @throws halfstep.quant.NonFiniteException if it holds NaN or infinities
   */
  public Matrix weight(String layer) {
    return weight(layer, shape -> Matrix.zeros(shape.rows(), shape.cols()), bytes -> {});
  }

  /**
   * The same.
   *
   * @param memory gives a matrix of the layer's shape, which is overwritten
   * @param seen hears of the bytes as they lie in the file, some at a time
   */
  Matrix weight(String layer, Function<Shape, Matrix> memory, Consumer<MemorySegment> seen) {
    if (model != null) {
      return model.weightOnce(layer, memory, seen);
    }
    Matrix weight = memory.apply(shape(layer));
    if (!checkpoint.read(tensor(layer), weight, seen)) {
      FiniteCheck.require(weight, "layer " + layer);
    }
    return weight;
  }

  /** The files that were read: weights, and a model's configuration. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>(checkpoint.files());
    if (model != null) {
      files.add(model.folder().resolve("config.json"));
    }
    return files;
  }

  /** The file that holds a layer's weight. */
  public Path fileOf(String layer) {
    return checkpoint.fileOf(tensor(layer));
  }

  /** The folder or file that was opened. */
  public Path path() {
    return checkpoint.path();
  }

  /** The model, if it is one. */
  public Optional<Model> model() {
    return Optional.ofNullable(model);
  }

  private String tensor(String layer) {
    String tensor = tensors.get(layer);
    if (tensor == null) {
      throw new JobException("%s holds no layer %s".formatted(path(), layer));
    }
    return tensor;
  }
}

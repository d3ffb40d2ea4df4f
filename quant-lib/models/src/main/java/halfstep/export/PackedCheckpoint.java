package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A checkpoint in one of the safetensors schemes, whoever wrote it. */
final class PackedCheckpoint implements QuantizedModel {

  private final Path folder;
  private final TensorFiles files;
  private final ObjectNode config;
  private final LayerFormat format;
  private final List<String> layers;

  PackedCheckpoint(Path folder, TensorFiles files, ObjectNode config, LayerFormat format) {
    this.folder = folder;
    this.files = files;
    this.config = config;
    this.format = format;
    this.layers = format.layers(files.names());
    if (layers.isEmpty()) {
      throw ExportException.ofFile(
          folder,
          "config.json says %s, but no tensor is quantized so; the folder is incomplete or of another scheme"
              .formatted(format.label()));
    }
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public String scheme() {
    return format.label();
  }

  @Override
  public Optional<Path> companions() {
    return Optional.of(folder);
  }

  @Override
  public ObjectNode config() {
    ObjectNode copy = config.deepCopy();
    copy.remove("quantization_config");
    return copy;
  }

  @Override
  public List<String> layers() {
    return layers;
  }

  @Override
  public Shape shape(String layer) {
    return format.shape(files, layer);
  }

  @Override
  public QuantSpec spec(String layer) {
    return format.spec(files, layer);
  }

  @Override
  public QuantizedMatrix layer(String layer) {
    return format.read(files, layer);
  }

  @Override
  public boolean indexed(String layer) {
    return format.indexed(files, layer);
  }

  @Override
  public Optional<Matrix> original(String layer) {
    return Optional.empty();
  }

  @Override
  public List<TensorInfo> rest() {
    return files.names().stream()
        .filter(name -> !format.owns(files, name))
        .map(files::info)
        .toList();
  }

  @Override
  public Matrix restMatrix(String tensor) {
    return files.matrix(tensor);
  }

  @Override
  public void restBytes(String tensor, Consumer<MemorySegment> use) {
    files.bytes(tensor, use);
  }
}

package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** An original model's folder, of whose tensors some are replaced by quantized layers. */
final class FloatModel {

  private final Path folder;
  private final TensorFiles files;
  private final ObjectNode config;

  FloatModel(Path folder) {
    this.folder = folder;
    this.files = TensorFiles.open(folder);
    this.config = JsonFiles.read(folder.resolve("config.json"));
  }

  Path folder() {
    return folder;
  }

  ObjectNode config() {
    return config.deepCopy();
  }

  Matrix weight(String layer) {
    return files.matrix(layer + ".weight");
  }

  TensorInfo info(String tensor) {
    return files.info(tensor);
  }

  List<TensorInfo> without(Set<String> layers) {
    return files.names().stream()
        .filter(name -> !(name.endsWith(".weight") && layers.contains(layerOf(name))))
        .map(files::info)
        .toList();
  }

  private static String layerOf(String tensor) {
    return tensor.substring(0, tensor.length() - ".weight".length());
  }

  Matrix matrix(String tensor) {
    return files.matrix(tensor);
  }

  void bytes(String tensor, Consumer<MemorySegment> use) {
    files.bytes(tensor, use);
  }
}

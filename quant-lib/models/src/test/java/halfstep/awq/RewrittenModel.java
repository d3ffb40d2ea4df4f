package halfstep.awq;

import halfstep.llm.Model;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A model whose tensors, norms included, were replaced: written to a folder and opened again. */
public final class RewrittenModel {

  private RewrittenModel() {}

  /**
   * @param changed by tensor name; the rest is copied
   * @param folder empty
   */
  public static Model of(Model model, Map<String, Matrix> changed, Path folder) throws IOException {
    Checkpoint checkpoint = model.checkpoint();
    Files.copy(model.folder().resolve("config.json"), folder.resolve("config.json"));
    List<TensorInfo> tensors =
        checkpoint.tensors().stream()
            .map(info -> new TensorInfo(info.name(), DType.F32, info.shape()))
            .toList();
    Path file = folder.resolve("model.safetensors");
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of())) {
      for (TensorInfo info : tensors) {
        Matrix other = changed.get(info.name());
        Matrix matrix = other != null ? other : checkpoint.matrix(info.name());
        writer.write(info.name(), matrix.segment());
      }
      writer.finish();
    }
    return Model.open(folder);
  }
}

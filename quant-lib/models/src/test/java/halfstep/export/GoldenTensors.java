package halfstep.export;

import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Tensors of a golden file that share a prefix, in a file of their own under another. */
final class GoldenTensors {

  private GoldenTensors() {}

  /**
   * @param golden name of a golden, without its ending
   * @param prefix of the tensors taken
   * @param instead what their names begin with then
   * @param folder where the file is written
   */
  static Path file(String golden, String prefix, String instead, Path folder) {
    SafetensorsFile source = SafetensorsFile.open(copied(golden, folder));
    List<TensorInfo> taken =
        source.tensors().stream().filter(info -> info.name().startsWith(prefix)).toList();
    Path file = folder.resolve("taken.safetensors");
    List<TensorInfo> renamed =
        taken.stream()
            .map(info -> new TensorInfo(renamed(info, prefix, instead), info.dtype(), info.shape()))
            .toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, renamed, Map.of())) {
      for (TensorInfo info : taken) {
        try (Arena arena = Arena.ofConfined()) {
          writer.write(renamed(info, prefix, instead), source.map(info.name(), arena));
        }
      }
      writer.finish();
    }
    return file;
  }

  private static String renamed(TensorInfo info, String prefix, String instead) {
    return instead + info.name().substring(prefix.length());
  }

  private static Path copied(String golden, Path folder) {
    String resource = "/golden/" + golden + ".safetensors";
    Path file = folder.resolve("golden.safetensors");
    try (InputStream in =
        Objects.requireNonNull(GoldenTensors.class.getResourceAsStream(resource), resource)) {
      Files.copy(in, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** All tensors' bytes by name. */
  static Map<String, byte[]> bytes(Path file) {
    SafetensorsFile tensors = SafetensorsFile.open(file);
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    for (String name : tensors.names()) {
      try (Arena arena = Arena.ofConfined()) {
        bytes.put(name, tensors.map(name, arena).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return bytes;
  }
}

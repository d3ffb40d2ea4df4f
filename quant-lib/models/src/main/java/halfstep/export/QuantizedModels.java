package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens quantized models: a run of our own, or somebody's checkpoint. */
public final class QuantizedModels {

  private static final List<String> PICKLES = List.of(".pt", ".pth", ".bin", ".ckpt", ".pkl");

  private QuantizedModels() {}

  /**
   * Opens a run, a folder with {@code config.json}, or a {@code .gguf} file; reads headers only.
   *
   * @throws ExportException if it is none of these, or its files contradict one another
   * @throws halfstep.safetensors.SafetensorsException if a tensor file is missing or wrong
   */
  public static QuantizedModel open(Path path) {
    return open(path, null);
  }

  /**
   * The same.
   *
   * @param model where a run's original model is now, if not where its manifest says
   */
  public static QuantizedModel open(Path path, @Nullable Path model) {
    if (!Files.exists(path)) {
      throw ExportException.ofFile(path, "there is no such file or folder");
    }
    refusePickle(path);
    return new CheckedModel(
        ExportException.reading(path, "the quantization", () -> opened(path, model)));
  }

  private static QuantizedModel opened(Path path, @Nullable Path model) {
    if (!Files.isDirectory(path)) {
      return GgufModel.open(path);
    }
    if (Files.exists(path.resolve(RawRun.FILE))) {
      return new RawRun(path, model);
    }
    Optional<Path> gguf = only(path, ".gguf");
    if (gguf.isPresent() && !Files.exists(path.resolve("config.json"))) {
      return GgufModel.open(gguf.get());
    }
    return checkpoint(path);
  }

  /** Whether {@link #open} would find a quantized model here; reads headers only. */
  public static boolean isQuantized(Path path) {
    if (!Files.isDirectory(path)) {
      return path.toString().endsWith(".gguf") || isPickle(path);
    }
    if (Files.exists(path.resolve(RawRun.FILE)) || pickle(path).isPresent()) {
      return true;
    }
    Path config = path.resolve("config.json");
    if (!Files.exists(config)) {
      return only(path, ".gguf").isPresent();
    }
    // hqq's own save_to_safetensors says nothing in config.json
    return JsonFiles.read(config).hasNonNull("quantization_config")
        || (hasSafetensors(path) && Schemes.anyCodes(TensorFiles.open(path).names()));
  }

  private static boolean hasSafetensors(Path folder) {
    return Files.exists(folder.resolve("model.safetensors"))
        || Files.exists(folder.resolve("model.safetensors.index.json"));
  }

  private static QuantizedModel checkpoint(Path folder) {
    ObjectNode config = JsonFiles.read(folder.resolve("config.json"));
    if (!hasSafetensors(folder)) {
      throw ExportException.ofFile(
          folder, "it holds neither model.safetensors nor model.safetensors.index.json");
    }
    TensorFiles files = TensorFiles.open(folder);
    LayerFormat format = Schemes.of(folder, config, files.names());
    return new PackedCheckpoint(folder, files, config, format);
  }

  private static void refusePickle(Path path) {
    pickle(path)
        .ifPresent(file -> {
          throw ExportException.ofFile(
              file,
              "a pickle runs whatever code its writer put into it, so it is not opened; in Python,"
                  + " load it and save it again: model.save_pretrained(folder,"
                  + " safe_serialization=True), or for hqq"
                  + " AutoHQQHFModel.save_to_safetensors(model, folder)");
        });
  }

  private static Optional<Path> pickle(Path path) {
    if (!Files.isDirectory(path)) {
      return isPickle(path) ? Optional.of(path) : Optional.empty();
    }
    if (hasSafetensors(path) || Files.exists(path.resolve(RawRun.FILE))) {
      return Optional.empty();
    }
    return entries(path).stream().filter(QuantizedModels::isPickle).findFirst();
  }

  private static boolean isPickle(Path file) {
    String name = file.getFileName().toString();
    return PICKLES.stream().anyMatch(name::endsWith);
  }

  private static Optional<Path> only(Path folder, String ending) {
    List<Path> found =
        entries(folder).stream().filter(file -> file.toString().endsWith(ending)).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
  }
}

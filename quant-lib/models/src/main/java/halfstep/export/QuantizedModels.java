package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.pack.GptqPacking.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  /** Whether {@link #open} would find a quantized model here; reads no tensor. */
  public static boolean isQuantized(Path path) {
    if (!Files.isDirectory(path)) {
      return path.toString().endsWith(".gguf") || isPickle(path);
    }
    if (Files.exists(path.resolve(RawRun.FILE)) || pickle(path).isPresent()) {
      return true;
    }
    Path config = path.resolve("config.json");
    return Files.exists(config)
        ? JsonFiles.read(config).hasNonNull("quantization_config")
        : only(path, ".gguf").isPresent();
  }

  private static QuantizedModel checkpoint(Path folder) {
    ObjectNode config = JsonFiles.read(folder.resolve("config.json"));
    if (!Files.exists(folder.resolve("model.safetensors"))
        && !Files.exists(folder.resolve("model.safetensors.index.json"))) {
      throw ExportException.ofFile(
          folder, "it holds neither model.safetensors nor model.safetensors.index.json");
    }
    TensorFiles files = TensorFiles.open(folder);
    LayerFormat format = format(folder, files, config);
    return new PackedCheckpoint(folder, files, config, format);
  }

  private static LayerFormat format(Path folder, TensorFiles files, ObjectNode config) {
    JsonNode quantization = config.path("quantization_config");
    String method = quantization.path("quant_method").asText("");
    if (method.isEmpty() && !new HqqFormat().layers(files).isEmpty()) {
      return new HqqFormat(); // hqq's own save_to_safetensors writes no configuration
    }
    return switch (method) {
      case "awq" -> awq(folder, quantization);
      case "gptq" -> gptq(folder, quantization);
      case "hqq" -> new HqqFormat();
      case "compressed-tensors" -> compressed(folder, files, quantization);
      case "" ->
          throw ExportException.ofFile(
              folder, "it is not quantized; quantize it first, then export the run");
      default ->
          throw ExportException.ofFile(
              folder,
              "quantization \"%s\" is not read; read are awq, gptq, hqq, compressed-tensors and gguf"
                  .formatted(method));
    };
  }

  private static LayerFormat awq(Path folder, JsonNode node) {
    String version = node.path("version").asText("gemm").toLowerCase(Locale.ROOT);
    int bits = node.path("bits").asInt(node.path("w_bit").asInt(4));
    if (!version.equals("gemm") || bits != 4) {
      throw ExportException.ofFile(
          folder,
          "AWQ version %s with %d bits is not read; gemm with 4 bits is".formatted(version, bits));
    }
    return new AwqFormat();
  }

  private static LayerFormat gptq(Path folder, JsonNode node) {
    int bits = node.path("bits").asInt();
    String format = node.path("checkpoint_format").asText(node.path("format").asText("gptq"));
    if (!List.of(2, 3, 4, 8).contains(bits) || !List.of("gptq", "gptq_v2").contains(format)) {
      throw ExportException.ofFile(
          folder,
          "GPTQ with %d bits in checkpoint_format %s is not read; 2, 3, 4 and 8 bits in gptq or gptq_v2 are"
              .formatted(bits, format));
    }
    Version version = format.equals("gptq_v2") ? Version.V2 : Version.V1;
    return new GptqFormat(bits, version, node.path("sym").asBoolean(false));
  }

  private static LayerFormat compressed(Path folder, TensorFiles files, JsonNode node) {
    String format = node.path("format").asText("");
    if (!format.equals("pack-quantized")) {
      throw ExportException.ofFile(
          folder,
          "compressed-tensors format \"%s\" is not read; pack-quantized is".formatted(format));
    }
    Map<String, Integer> bits = new HashMap<>();
    for (String layer : new CompressedTensorsFormat(Map.of()).layers(files)) {
      for (JsonNode group : node.path("config_groups")) {
        if (targets(group, layer)) {
          bits.put(layer, group.path("weights").path("num_bits").asInt());
        }
      }
    }
    return new CompressedTensorsFormat(bits);
  }

  /** A target is a class of modules, a module's name, or {@code re:} and a pattern. */
  private static boolean targets(JsonNode group, String layer) {
    for (JsonNode target : group.path("targets")) {
      String text = target.asText();
      boolean matches =
          text.startsWith("re:")
              ? layer.matches(text.substring(3))
              : text.equals("Linear") || text.equals(layer);
      if (matches) {
        return true;
      }
    }
    return false;
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
    boolean readable =
        Files.exists(path.resolve("model.safetensors"))
            || Files.exists(path.resolve("model.safetensors.index.json"))
            || Files.exists(path.resolve(RawRun.FILE));
    if (readable) {
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

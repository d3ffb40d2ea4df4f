package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a quantized checkpoint's headers alone tell: of one that is on the hub, and not here.
 *
 * @param scheme of quantization
 * @param layers that are quantized
 * @param weights of those layers; where words are padded, the padding is counted as weights
 * @param bitsPerQuantizedWeight words, scales, zeros and group indices over those weights
 * @param bitsPerWeight over everything
 */
public record HeaderInspection(
    String scheme, int layers, long weights, double bitsPerQuantizedWeight, double bitsPerWeight) {

  /** Words and numbers; what else a layer has says how to read them. */
  private static final List<String> COUNTED =
      List.of(
          ".qweight",
          ".qzeros",
          ".scales",
          ".g_idx",
          ".W_q",
          ".scale",
          ".zero",
          ".weight_packed",
          ".weight_scale",
          ".weight_zero_point",
          ".weight_g_idx");

  /**
   * Looks.
   *
   * @param tensors all headers
   * @param config gives {@code config.json}; asked only if some tensor holds codes
   * @return empty if no tensor's name says that it holds codes
   * @throws ExportException if it is quantized in a way that is not read
   */
  public static Optional<HeaderInspection> of(List<TensorInfo> tensors, Supplier<Path> config) {
    List<String> names = tensors.stream().map(TensorInfo::name).toList();
    if (!Schemes.anyCodes(names)) {
      return Optional.empty();
    }
    Path file = config.get();
    return Optional.of(
        ExportException.reading(
            file, "the quantization", () -> of(tensors, names, file, JsonFiles.read(file))));
  }

  private static HeaderInspection of(
      List<TensorInfo> tensors, List<String> names, Path file, ObjectNode config) {
    LayerFormat format = Schemes.of(file, config, names);
    Set<String> layers = new HashSet<>(format.layers(names));
    if (layers.isEmpty()) {
      throw ExportException.ofFile(
          file, "it says %s, but no tensor is quantized so".formatted(format.label()));
    }
    Map<String, TensorInfo> byName = new HashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    double quantized = 0;
    double rest = 0;
    double weights = 0;
    for (TensorInfo tensor : tensors) {
      int dot = tensor.name().lastIndexOf('.');
      boolean part = dot > 0 && layers.contains(tensor.name().substring(0, dot));
      double bits = (double) tensor.elements() * tensor.dtype().bits();
      if (part && COUNTED.contains(tensor.name().substring(dot))) {
        quantized += bits;
      } else if (!part || tensor.name().endsWith(".bias")) {
        rest += bits;
        weights += tensor.elements();
      }
    }
    double inLayers = 0;
    for (String layer : layers) {
      inLayers += weights(file, format, config, layer, byName);
    }
    return new HeaderInspection(
        format.label(),
        layers.size(),
        Math.round(inLayers),
        quantized / inLayers,
        (quantized + rest) / (inLayers + weights));
  }

  private static double weights(
      Path file,
      LayerFormat format,
      ObjectNode config,
      String layer,
      Map<String, TensorInfo> tensors) {
    return switch (format) {
      case AwqFormat _ -> elements(file, tensors, layer + ".qweight") * 8.0;
      case GptqFormat gptq -> elements(file, tensors, layer + ".qweight") * 32.0 / gptq.bits();
      case CompressedTensorsFormat packed ->
          elements(file, tensors, layer + ".weight_packed")
              * 32.0
              / packed.bitsOf().getOrDefault(layer, 32);
      default ->
          elements(file, tensors, layer + ".scale") * (double) hqqGroup(config, layer, tensors);
    };
  }

  private static long elements(Path file, Map<String, TensorInfo> tensors, String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw ExportException.ofFile(file, "there is no tensor " + name);
    }
    return tensor.elements();
  }

  /**
   * As the configuration says; without one, the columns of words that were grouped along axis 1.
   */
  private static long hqqGroup(ObjectNode config, String layer, Map<String, TensorInfo> tensors) {
    long said =
        config
            .path("quantization_config")
            .path("quant_config")
            .path("weight_quant_params")
            .path("group_size")
            .asLong();
    TensorInfo words = tensors.get(layer + ".W_q");
    return said > 0 || words == null ? said : words.matrixShape().cols();
  }

  /** One sentence. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %d layers quantized, %.3f bits per quantized weight, %.3f over all",
        scheme,
        layers,
        bitsPerQuantizedWeight,
        bitsPerWeight);
  }
}

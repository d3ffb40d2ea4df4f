package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.pack.GptqPacking.Version;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which scheme a checkpoint is of, by its {@code config.json} and the names of its tensors. */
final class Schemes {

  /** Endings of the tensors that hold codes. */
  private static final List<String> CODES = List.of(".qweight", ".W_q", ".weight_packed");

  private Schemes() {}

  /** Whether some tensor's name says that it holds codes. */
  static boolean anyCodes(List<String> tensors) {
    return tensors.stream().anyMatch(name -> CODES.stream().anyMatch(name::endsWith));
  }

  /**
   * The scheme.
   *
   * @param where the checkpoint is, for refusals
   * @throws ExportException if it is not quantized, or in a way that is not read
   */
  static LayerFormat of(Path where, ObjectNode config, List<String> tensors) {
    JsonNode quantization = config.path("quantization_config");
    String method = quantization.path("quant_method").asText("");
    if (method.isEmpty() && !new HqqFormat().layers(tensors).isEmpty()) {
      return new HqqFormat(); // hqq's own save_to_safetensors writes no configuration
    }
    return switch (method) {
      case "awq" -> awq(where, quantization);
      case "gptq" -> gptq(where, quantization);
      case "hqq" -> new HqqFormat();
      case "compressed-tensors" -> compressed(where, quantization, tensors);
      case "" ->
          throw ExportException.ofFile(
              where, "it is not quantized; quantize it first, then export the run");
      default ->
          throw ExportException.ofFile(
              where,
              "quantization \"%s\" is not read; read are awq, gptq, hqq, compressed-tensors and gguf"
                  .formatted(method));
    };
  }

  private static LayerFormat awq(Path where, JsonNode node) {
    String version = node.path("version").asText("gemm").toLowerCase(Locale.ROOT);
    int bits = node.path("bits").asInt(node.path("w_bit").asInt(4));
    if (!version.equals("gemm") || bits != 4) {
      throw ExportException.ofFile(
          where,
          "AWQ version %s with %d bits is not read; gemm with 4 bits is".formatted(version, bits));
    }
    return new AwqFormat();
  }

  private static LayerFormat gptq(Path where, JsonNode node) {
    int bits = node.path("bits").asInt();
    String format = node.path("checkpoint_format").asText(node.path("format").asText("gptq"));
    if (!List.of(2, 3, 4, 8).contains(bits) || !List.of("gptq", "gptq_v2").contains(format)) {
      throw ExportException.ofFile(
          where,
          "GPTQ with %d bits in checkpoint_format %s is not read; 2, 3, 4 and 8 bits in gptq or gptq_v2 are"
              .formatted(bits, format));
    }
    Version version = format.equals("gptq_v2") ? Version.V2 : Version.V1;
    return new GptqFormat(bits, version, node.path("sym").asBoolean(false));
  }

  private static LayerFormat compressed(Path where, JsonNode node, List<String> tensors) {
    String format = node.path("format").asText("");
    if (!format.equals("pack-quantized")) {
      throw ExportException.ofFile(
          where,
          "compressed-tensors format \"%s\" is not read; pack-quantized is".formatted(format));
    }
    TargetedBits bits = new TargetedBits(where);
    for (JsonNode group : node.path("config_groups")) {
      int width = group.path("weights").path("num_bits").asInt();
      group.path("targets").forEach(target -> bits.add(target.asText(), width));
    }
    Map<String, Integer> bitsOf = new HashMap<>();
    for (String layer : new CompressedTensorsFormat(Map.of()).layers(tensors)) {
      bits.of(layer).ifPresent(width -> bitsOf.put(layer, width));
    }
    return new CompressedTensorsFormat(bitsOf);
  }
}

package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings in other libraries' words: AutoAWQ's {@code quant_config} and hqq's {@code
 * BaseQuantizeConfig}, with their defaults (AutoAWQ 0.2.9, hqq 0.2.8.post1) for what is left out.
 *
 * @param spec what codes look like
 * @param library whose words they are: {@code "AutoAWQ"} or {@code "hqq"}
 * @param excluded globs of layers that stay floats: AutoAWQ's {@code modules_to_not_convert}
 */
public record ForeignConfig(QuantSpec spec, String library, List<String> excluded) {

  /** Takes a copy of the list. */
  public ForeignConfig {
    excluded = List.copyOf(excluded);
  }

  private static final List<String> AWQ =
      List.of("zero_point", "q_group_size", "w_bit", "version", "modules_to_not_convert");

  private static final List<String> HQQ =
      List.of(
          "nbits",
          "group_size",
          "axis",
          "channel_wise",
          "optimize",
          "round_zero",
          "view_as_float",
          "quant_zero",
          "quant_scale",
          "offload_meta");

  /**
   * Reads a file.
   *
   * @throws ExportException naming the first key or value that is not understood
   */
  public static ForeignConfig read(Path file) {
    ObjectNode root = JsonFiles.read(file);
    if (root.has("w_bit") || root.has("q_group_size")) {
      return awq(file, root);
    }
    JsonNode weights = root.path("weight_quant_params");
    if (weights instanceof ObjectNode inner) {
      return hqq(file, inner);
    }
    if (root.has("nbits")) {
      return hqq(file, root);
    }
    throw ExportException.ofFile(
        file,
        "it has neither AutoAWQ's keys (%s) nor hqq's (%s)"
            .formatted(String.join(", ", AWQ), String.join(", ", HQQ)));
  }

  private static ForeignConfig awq(Path file, ObjectNode root) {
    requireKeys(file, root, AWQ, "AutoAWQ's");
    String version = root.path("version").asText("GEMM");
    if (!version.equalsIgnoreCase("gemm")) {
      throw ExportException.ofFile(file, "version %s is not written; GEMM is".formatted(version));
    }
    int group = root.path("q_group_size").asInt(128);
    boolean zeroPoint = root.path("zero_point").asBoolean(true);
    Bits bits = bits(file, root.path("w_bit").asText("4"));
    ZeroPoint zero = zeroPoint ? ZeroPoint.INTEGER : ZeroPoint.SYMMETRIC;
    int size = group < 0 ? QuantSpec.WHOLE : group;
    List<String> excluded = new ArrayList<>();
    for (JsonNode module : root.path("modules_to_not_convert")) {
      excluded.add("*%s*".formatted(module.asText())); // AutoAWQ looks for it anywhere in the name
    }
    return new ForeignConfig(spec(file, bits, size, Axis.IN, zero), "AutoAWQ", excluded);
  }

  private static ForeignConfig hqq(Path file, ObjectNode root) {
    requireKeys(file, root, HQQ, "hqq's");
    for (String key : List.of("quant_zero", "quant_scale", "view_as_float")) {
      if (root.path(key).asBoolean(false)) {
        throw ExportException.ofFile(
            file, "%s true is not supported; scales and zeros stay float16".formatted(key));
      }
    }
    if (!root.path("optimize").asBoolean(true)) {
      throw ExportException.ofFile(
          file, "optimize false is plain rounding; take the key out and use --method rtn");
    }
    Bits bits = bits(file, root.path("nbits").asText("4"));
    boolean tensor = !root.path("channel_wise").asBoolean(true);
    boolean whole = root.path("group_size").isNull();
    int size =
        tensor ? QuantSpec.TENSOR : whole ? QuantSpec.WHOLE : root.path("group_size").asInt(64);
    int axis = root.path("axis").asInt(1);
    if (axis != 0 && axis != 1) {
      throw ExportException.ofFile(file, "axis %d is neither 0 nor 1".formatted(axis));
    }
    return new ForeignConfig(
        spec(file, bits, size, Axis.of(axis), ZeroPoint.FLOAT), "hqq", List.of());
  }

  private static QuantSpec spec(Path file, Bits bits, int size, Axis axis, ZeroPoint zero) {
    try {
      return new QuantSpec(bits, size, axis, zero);
    } catch (IllegalArgumentException e) {
      throw new ExportException(file + ": " + e.getMessage(), e);
    }
  }

  private static Bits bits(Path file, String text) {
    try {
      return Bits.of(text);
    } catch (IllegalArgumentException e) {
      throw new ExportException(file + ": " + e.getMessage(), e);
    }
  }

  private static void requireKeys(Path file, ObjectNode root, List<String> known, String whose) {
    Optional<String> strange =
        root.properties().stream()
            .map(Map.Entry::getKey)
            .filter(key -> !known.contains(key))
            .findFirst();
    if (strange.isPresent()) {
      throw ExportException.ofFile(
          file,
          "key %s is none of %s: %s".formatted(strange.get(), whose, String.join(", ", known)));
    }
  }
}

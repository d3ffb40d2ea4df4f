package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.safetensors.TensorInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a GGUF file says about a model, from {@code config.json} and back.
 *
 * <p>Reference: llama.cpp {@code convert_hf_to_gguf.py} and {@code src/llama-model.cpp}.
 */
final class GgufMetadata {

  /** Where our own files keep the original config.json, which theirs do not tell in full. */
  private static final String ORIGINAL = "halfstep.config";

  /** No model is wider; what claims to be is corrupt. */
  private static final int MOST_WIDE = 1 << 20;

  private static final List<String> TYPES =
      List.of("llama", "mistral", "mixtral", "qwen2", "qwen3");

  private GgufMetadata() {}

  /** llama.cpp's name for the architecture of a model type. */
  static String architecture(ObjectNode config) {
    String type = config.path("model_type").asText("");
    if (!TYPES.contains(type)) {
      throw new ExportException(
          "GGUF files of model type \"%s\" are not written; written are: %s"
              .formatted(type, String.join(", ", TYPES)));
    }
    return type.startsWith("qwen") ? type : "llama";
  }

  /** Whether query and key rows have another order than in Hugging Face's files. */
  static boolean reordersHeads(String architecture) {
    return architecture.equals("llama");
  }

  static int heads(ObjectNode config) {
    return positive(config, "num_attention_heads");
  }

  static int keyValueHeads(ObjectNode config) {
    String key = "num_key_value_heads";
    return config.hasNonNull(key) ? positive(config, key) : heads(config);
  }

  private static int headDim(ObjectNode config) {
    return config.hasNonNull("head_dim")
        ? positive(config, "head_dim")
        : positive(config, "hidden_size") / heads(config);
  }

  private static int positive(ObjectNode config, String key) {
    int value = config.path(key).asInt();
    if (value < 1 || value > MOST_WIDE) {
      throw new ExportException(
          "config.json: %s is %s; a number from 1 to %d was expected"
              .formatted(key, config.path(key), MOST_WIDE));
    }
    return value;
  }

  /** The values of a model of this configuration. */
  static Map<String, Object> of(ObjectNode config, GgufType fileType, String name) {
    String arch = architecture(config);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("general.architecture", arch);
    values.put("general.type", "model");
    values.put("general.name", name);
    values.put("general.quantization_version", 2);
    values.put("general.file_type", fileType.fileType());
    values.put(arch + ".block_count", config.path("num_hidden_layers").asInt());
    values.put(arch + ".context_length", config.path("max_position_embeddings").asInt(2048));
    values.put(arch + ".embedding_length", config.path("hidden_size").asInt());
    values.put(arch + ".feed_forward_length", config.path("intermediate_size").asInt());
    values.put(arch + ".attention.head_count", heads(config));
    values.put(arch + ".attention.head_count_kv", keyValueHeads(config));
    values.put(arch + ".attention.key_length", headDim(config));
    values.put(arch + ".attention.value_length", headDim(config));
    values.put(
        arch + ".attention.layer_norm_rms_epsilon",
        (float) config.path("rms_norm_eps").asDouble(1e-6));
    values.put(arch + ".rope.dimension_count", headDim(config));
    values.put(arch + ".rope.freq_base", (float) ropeTheta(config));
    values.put(arch + ".vocab_size", config.path("vocab_size").asInt());
    if (config.hasNonNull("num_local_experts")) {
      values.put(arch + ".expert_count", config.path("num_local_experts").asInt());
      values.put(arch + ".expert_used_count", config.path("num_experts_per_tok").asInt());
    }
    values.put(ORIGINAL, config.toString());
    return values;
  }

  /**
   * A file has as many tokens as {@code config.json} says, which must be as many as the embedding
   * has rows.
   *
   * @param tensors of the model
   */
  static void requireVocabulary(ObjectNode config, List<TensorInfo> tensors) {
    long said = config.path("vocab_size").asLong();
    for (TensorInfo info : tensors) {
      boolean embedding = info.name().equals("model.embed_tokens.weight");
      if (embedding && (!info.isMatrix() || info.shape().getFirst() != said)) {
        throw new ExportException(
            "config.json: vocab_size is %s, but the embedding is %s; they belong to different models"
                .formatted(config.path("vocab_size"), info));
      }
    }
  }

  private static double ropeTheta(ObjectNode config) {
    return config
        .path("rope_parameters")
        .path("rope_theta")
        .asDouble(config.path("rope_theta").asDouble(10000));
  }

  /**
   * Llama 3's stretched rotations as llama.cpp wants them: one divisor per pair, in a tensor.
   *
   * @throws ExportException if rotations are stretched in another way
   */
  static Optional<float[]> ropeFactors(ObjectNode config) {
    JsonNode scaling =
        config.hasNonNull("rope_parameters")
            ? config.path("rope_parameters")
            : config.path("rope_scaling");
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    if (type.equals("default")) {
      return Optional.empty();
    }
    if (!type.equals("llama3")) {
      throw new ExportException(
          "rope scaling \"%s\" is not written to GGUF; default and llama3 are".formatted(type));
    }
    double factor = scaling.path("factor").asDouble();
    double low = scaling.path("low_freq_factor").asDouble();
    double high = scaling.path("high_freq_factor").asDouble();
    double original = scaling.path("original_max_position_embeddings").asDouble();
    int dim = headDim(config);
    float[] factors = new float[dim / 2];
    for (int i = 0; i < factors.length; i++) {
      double wave = 2 * Math.PI * Math.pow(ropeTheta(config), 2.0 * i / dim);
      double smooth = Math.clamp((original / wave - low) / (high - low), 0.0, 1.0);
      factors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
    }
    return Optional.of(factors);
  }

  /**
   * A {@code config.json} for what a file says.
   *
   * @throws ExportException if the file does not say enough, or is of another architecture
   */
  static ObjectNode config(GgufFile file) {
    if (file.metadata().get(ORIGINAL) instanceof String original) {
      return parsed(file, original);
    }
    String arch = String.valueOf(file.metadata().get("general.architecture"));
    if (!List.of("llama", "qwen2", "qwen3").contains(arch)) {
      throw ExportException.ofFile(
          file.path(),
          "architecture \"%s\" is not read; llama, qwen2 and qwen3 are".formatted(arch));
    }
    if (file.contains("rope_freqs.weight")) {
      throw ExportException.ofFile(
          file.path(),
          "its rotations are stretched by a tensor from which the original factors cannot be told;"
              + " open the original model, or a file of ours, which keeps them");
    }
    boolean mixture = file.metadata().containsKey(arch + ".expert_count");
    ObjectNode config = JsonFiles.JSON.createObjectNode();
    String type = mixture ? "mixtral" : arch;
    config.put("model_type", type);
    config.putArray("architectures").add(architectureClass(type));
    config.put("hidden_act", "silu");
    number(file, config, "hidden_size", arch + ".embedding_length");
    number(file, config, "intermediate_size", arch + ".feed_forward_length");
    number(file, config, "num_hidden_layers", arch + ".block_count");
    number(file, config, "num_attention_heads", arch + ".attention.head_count");
    number(file, config, "num_key_value_heads", arch + ".attention.head_count_kv");
    number(file, config, "max_position_embeddings", arch + ".context_length");
    if (file.metadata().get(arch + ".attention.key_length") instanceof Number dim) {
      config.put("head_dim", dim.intValue());
    }
    if (mixture) {
      number(file, config, "num_local_experts", arch + ".expert_count");
      number(file, config, "num_experts_per_tok", arch + ".expert_used_count");
    }
    decimal(file, config, "rms_norm_eps", arch + ".attention.layer_norm_rms_epsilon", 1e-6);
    decimal(file, config, "rope_theta", arch + ".rope.freq_base", 10000);
    config.put("vocab_size", file.tensor("token_embd.weight").out());
    config.put("tie_word_embeddings", !file.contains("output.weight"));
    return config;
  }

  private static ObjectNode parsed(GgufFile file, String json) {
    try {
      if (JsonFiles.JSON.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new ExportException(file.path() + ": its " + ORIGINAL + " is no JSON", e);
    }
    throw ExportException.ofFile(file.path(), "its " + ORIGINAL + " is no JSON object");
  }

  private static String architectureClass(String type) {
    return switch (type) {
      case "mixtral" -> "MixtralForCausalLM";
      case "qwen2" -> "Qwen2ForCausalLM";
      case "qwen3" -> "Qwen3ForCausalLM";
      default -> "LlamaForCausalLM";
    };
  }

  private static void number(GgufFile file, ObjectNode config, String key, String from) {
    if (!(file.metadata().get(from) instanceof Number number)) {
      throw ExportException.ofFile(file.path(), "it lacks the number " + from);
    }
    config.put(key, number.intValue());
  }

  private static void decimal(
      GgufFile file, ObjectNode config, String key, String from, double fallback) {
    Object value = file.metadata().get(from);
    // the file's float32, in as many digits as it has
    config.put(
        key, value instanceof Number number ? Double.parseDouble(number.toString()) : fallback);
  }
}

package halfstep.synth;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.llm.ModelConfig;

/** A shape as {@code config.json} says it. */
final class ShapeJson {

  private ShapeJson() {}

  static ObjectNode of(ModelConfig shape) {
    ObjectNode node = JsonMapper.builder().build().createObjectNode();
    node.putArray("architectures").add(architecture(shape.type()));
    node.put("model_type", shape.type())
        .put("hidden_act", "silu")
        .put("hidden_size", shape.hiddenSize())
        .put("intermediate_size", shape.intermediateSize())
        .put("num_hidden_layers", shape.layers())
        .put("num_attention_heads", shape.heads())
        .put("num_key_value_heads", shape.keyValueHeads())
        .put("head_dim", shape.headDim())
        .put("vocab_size", shape.vocabSize())
        .put("rms_norm_eps", shape.normEpsilon())
        .put("max_position_embeddings", shape.maxPositions())
        .put("rope_theta", shape.rotary().theta())
        .put("tie_word_embeddings", shape.tiedEmbeddings())
        .put("attention_bias", shape.attention().biases())
        .put("torch_dtype", "bfloat16")
        .putNull("sliding_window");
    shape
        .mixture()
        .ifPresent(experts ->
            node.put("num_local_experts", experts.count())
                .put("num_experts_per_tok", experts.perToken()));
    return node;
  }

  private static String architecture(String type) {
    return switch (type) {
      case "llama" -> "LlamaForCausalLM";
      case "mixtral" -> "MixtralForCausalLM";
      case "mistral" -> "MistralForCausalLM";
      case "qwen2" -> "Qwen2ForCausalLM";
      case "qwen3" -> "Qwen3ForCausalLM";
      default -> throw new IllegalArgumentException("there is no architecture for " + type);
    };
  }
}

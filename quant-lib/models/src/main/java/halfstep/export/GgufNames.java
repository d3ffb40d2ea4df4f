package halfstep.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of tensors in llama.cpp's words and in Hugging Face's.
 *
 * <p>Reference: llama.cpp {@code gguf-py/gguf/tensor_mapping.py}.
 */
final class GgufNames {

  private static final Pattern BLOCK = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)");
  private static final Pattern GGUF_BLOCK = Pattern.compile("blk\\.(\\d+)\\.(.+)");
  private static final Pattern EXPERT =
      Pattern.compile("block_sparse_moe\\.experts\\.(\\d+)\\.(w[123])\\.weight");

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "model.embed_tokens.weight", "token_embd.weight",
          "model.norm.weight", "output_norm.weight",
          "lm_head.weight", "output.weight");

  private static final Map<String, String> INSIDE = inside();

  private static final Map<String, String> EXPERTS =
      Map.of("w1", "ffn_gate_exps", "w2", "ffn_down_exps", "w3", "ffn_up_exps");

  private GgufNames() {}

  private static Map<String, String> inside() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("input_layernorm", "attn_norm");
    names.put("post_attention_layernorm", "ffn_norm");
    names.put("self_attn.q_proj", "attn_q");
    names.put("self_attn.k_proj", "attn_k");
    names.put("self_attn.v_proj", "attn_v");
    names.put("self_attn.o_proj", "attn_output");
    names.put("self_attn.q_norm", "attn_q_norm");
    names.put("self_attn.k_norm", "attn_k_norm");
    names.put("mlp.gate_proj", "ffn_gate");
    names.put("mlp.up_proj", "ffn_up");
    names.put("mlp.down_proj", "ffn_down");
    names.put("block_sparse_moe.gate", "ffn_gate_inp");
    return names;
  }

  /**
   * Where a tensor of Hugging Face lies.
   *
   * @param tensor of the file
   * @param expert number in it, 0 if it is no mixture's
   */
  record Place(String tensor, int expert) {}

  /** The place of a tensor, if llama.cpp has one for it. */
  static Optional<Place> place(String name) {
    String outside = OUTSIDE.get(name);
    if (outside != null) {
      return Optional.of(new Place(outside, 0));
    }
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return Optional.empty();
    }
    String prefix = "blk." + block.group(1) + ".";
    Matcher expert = EXPERT.matcher(block.group(2));
    if (expert.matches()) {
      String tensor = prefix + EXPERTS.get(expert.group(2)) + ".weight";
      return Optional.of(new Place(tensor, Integer.parseInt(expert.group(1))));
    }
    int dot = block.group(2).lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String ending = block.group(2).substring(dot);
    String inside = INSIDE.get(block.group(2).substring(0, dot));
    return inside == null ? Optional.empty() : Optional.of(new Place(prefix + inside + ending, 0));
  }

  /**
   * The name of one expert's tensor, or of a tensor without experts.
   *
   * @return empty if it is nothing of a model's weights, such as rope_freqs
   */
  static Optional<String> huggingFace(String tensor, int expert) {
    for (Map.Entry<String, String> entry : OUTSIDE.entrySet()) {
      if (entry.getValue().equals(tensor)) {
        return Optional.of(entry.getKey());
      }
    }
    Matcher block = GGUF_BLOCK.matcher(tensor);
    if (!block.matches()) {
      return Optional.empty();
    }
    String prefix = "model.layers." + block.group(1) + ".";
    int dot = block.group(2).lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String inner = block.group(2).substring(0, dot);
    String ending = block.group(2).substring(dot);
    for (Map.Entry<String, String> entry : EXPERTS.entrySet()) {
      if (entry.getValue().equals(inner)) {
        return Optional.of(
            prefix + "block_sparse_moe.experts." + expert + "." + entry.getKey() + ending);
      }
    }
    for (Map.Entry<String, String> entry : INSIDE.entrySet()) {
      if (entry.getValue().equals(inner)) {
        return Optional.of(prefix + entry.getKey() + ending);
      }
    }
    return Optional.empty();
  }
}

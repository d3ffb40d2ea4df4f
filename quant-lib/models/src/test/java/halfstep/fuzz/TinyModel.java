package halfstep.fuzz;

import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The smallest models that every format holds: one block of 32 × 32 layers. */
final class TinyModel {

  private static final long WIDTH = 32;
  private static final long TOKENS = 16;
  private static final String BLOCK = "model.layers.0.";

  /** A Llama of one block. */
  static final String DENSE =
      """
      {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
       "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
       "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 16, "vocab_size": 16,
       "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
       "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
         "high_freq_factor": 4.0, "original_max_position_embeddings": 32},
       "tie_word_embeddings": true, "bos_token_id": 0, "eos_token_id": [1, 2]}
      """;

  /** A Mixtral of one block and two experts. */
  static final String MIXTURE =
      """
      {"architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "hidden_act": "silu",
       "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
       "num_attention_heads": 2, "num_key_value_heads": 2, "num_local_experts": 2,
       "num_experts_per_tok": 1, "vocab_size": 16, "sliding_window": null,
       "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
       "tie_word_embeddings": true}
      """;

  /** Byte-level BPE with two merges. */
  static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null,
       "added_tokens": [{"id": 9, "content": "<s>", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
         {"type": "Split", "pattern": {"Regex": "\\\\p{N}{1,3}"}, "behavior": "Isolated",
          "invert": false},
         {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
          "use_regex": true}]},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
           {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [9], "tokens": ["<s>"]}}},
       "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
         "use_regex": true},
       "model": {"type": "BPE", "dropout": null, "unk_token": null,
         "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
         "byte_fallback": false, "ignore_merges": false,
         "vocab": {"l": 0, "o": 1, "w": 2, "Ġ": 3, "lo": 4, "low": 5, "<s>": 9},
         "merges": [["l", "o"], ["lo", "w"]]}}
      """;

  private TinyModel() {}

  /** Writes one of them with random weights. */
  static Path written(Path folder, String config) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config);
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 3}");
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    List<TensorInfo> tensors = tensors(config.equals(MIXTURE));
    Random random = new Random(1);
    Path file = folder.resolve("model.safetensors");
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of())) {
      for (TensorInfo info : tensors) {
        float[] values = new float[(int) info.elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian() / 8;
        }
        writer.write(info.name(), MemorySegment.ofArray(values));
      }
      writer.finish();
    }
    return folder;
  }

  private static List<TensorInfo> tensors(boolean mixture) {
    List<TensorInfo> tensors = new ArrayList<>();
    tensors.add(new TensorInfo("model.embed_tokens.weight", DType.F32, List.of(TOKENS, WIDTH)));
    for (String norm :
        List.of(BLOCK + "input_layernorm", BLOCK + "post_attention_layernorm", "model.norm")) {
      tensors.add(new TensorInfo(norm + ".weight", DType.F32, List.of(WIDTH)));
    }
    for (String layer : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
      tensors.add(matrix(BLOCK + "self_attn." + layer, WIDTH));
    }
    if (mixture) {
      tensors.add(matrix(BLOCK + "block_sparse_moe.gate", 2));
      for (String layer : List.of("0.w1", "0.w2", "0.w3", "1.w1", "1.w2", "1.w3")) {
        tensors.add(matrix(BLOCK + "block_sparse_moe.experts." + layer, WIDTH));
      }
    } else {
      for (String layer : List.of("gate_proj", "up_proj", "down_proj")) {
        tensors.add(matrix(BLOCK + "mlp." + layer, WIDTH));
      }
    }
    return tensors;
  }

  private static TensorInfo matrix(String layer, long out) {
    return new TensorInfo(layer + ".weight", DType.F32, List.of(out, WIDTH));
  }
}

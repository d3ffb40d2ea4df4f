package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tokenizer as llama.cpp wants it, from {@code tokenizer.json}: byte-level BPE as "gpt2", BPE
 * with bytes to fall back on as "llama".
 *
 * <p>Reference: llama.cpp {@code gguf-py/gguf/vocab.py}.
 */
final class GgufTokenizer {

  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;
  private static final int BYTE = 6;

  private final ObjectNode root;
  private final ObjectNode config;
  private final List<String> remarks = new ArrayList<>();

  private GgufTokenizer(ObjectNode root, ObjectNode config) {
    this.root = root;
    this.config = config;
  }

  /**
   * What a file says about its tokenizer.
   *
   * @param values of the metadata
   * @param remarks what a user should know
   */
  record Section(Map<String, Object> values, List<String> remarks) {
    Section {
      values = Map.copyOf(values);
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * @param folder holds tokenizer.json, or not
   * @param config the model's
   */
  static Section of(Optional<Path> folder, ObjectNode config) {
    Optional<Path> file =
        folder.map(at -> at.resolve("tokenizer.json")).filter(Files::isRegularFile);
    if (file.isEmpty()) {
      return new Section(
          Map.of("tokenizer.ggml.model", "no_vocab"),
          List.of(
              "there is no tokenizer.json, so the file has no vocabulary: llama.cpp computes logits"
                  + " of token ids, but reads no text"));
    }
    GgufTokenizer tokenizer = new GgufTokenizer(JsonFiles.read(file.get()), config);
    Map<String, Object> values = tokenizer.values();
    return new Section(values, tokenizer.remarks);
  }

  private Map<String, Object> values() {
    JsonNode model = root.path("model");
    if (!model.path("type").asText("BPE").equals("BPE")) {
      throw new ExportException(
          "a tokenizer of type %s is not written to GGUF; BPE is, with or without byte fallback"
              .formatted(model.path("type").asText()));
    }
    boolean bytes = model.path("byte_fallback").asBoolean(false);
    Map<String, Object> values = new HashMap<>();
    values.put("tokenizer.ggml.model", bytes ? "llama" : "gpt2");
    if (!bytes) {
      values.put("tokenizer.ggml.pre", preTokenizer());
    }
    vocabulary(values, bytes);
    special(values, "bos_token_id", "tokenizer.ggml.bos_token_id");
    special(values, "eos_token_id", "tokenizer.ggml.eos_token_id");
    special(values, "pad_token_id", "tokenizer.ggml.padding_token_id");
    values.put(
        "tokenizer.ggml.add_bos_token",
        root.path("post_processor").toString().contains("\"SpecialToken\""));
    values.put("tokenizer.ggml.add_space_prefix", bytes);
    return values;
  }

  private void vocabulary(Map<String, Object> values, boolean bytes) {
    JsonNode model = root.path("model");
    int size = config.path("vocab_size").asInt();
    List<String> tokens = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      tokens.add("[PAD" + id + "]");
    }
    Integer[] types = new Integer[size];
    Arrays.fill(types, UNUSED);
    for (Map.Entry<String, JsonNode> entry : model.path("vocab").properties()) {
      int id = requireId(entry.getValue().asInt(-1), size, entry.getKey());
      tokens.set(id, entry.getKey());
      types[id] = bytes && entry.getKey().matches("<0x[0-9A-F]{2}>") ? BYTE : NORMAL;
      if (entry.getKey().equals(model.path("unk_token").asText(null))) {
        types[id] = UNKNOWN;
      }
    }
    for (JsonNode added : root.path("added_tokens")) {
      int id = requireId(added.path("id").asInt(-1), size, added.path("content").asText());
      tokens.set(id, added.path("content").asText());
      if (types[id] != UNKNOWN) {
        types[id] = added.path("special").asBoolean() ? CONTROL : USER_DEFINED;
      }
    }
    values.put("tokenizer.ggml.tokens", tokens);
    values.put("tokenizer.ggml.token_type", List.of(types));
    List<String> merges = merges();
    if (bytes) {
      values.put("tokenizer.ggml.scores", scores(tokens, merges));
    } else {
      values.put("tokenizer.ggml.merges", merges);
    }
  }

  private static int requireId(int id, int size, String token) {
    if (id < 0 || id >= size) {
      throw new ExportException(
          "token \"%s\" has id %d, but the embedding has %d rows; the tokenizer belongs to another model"
              .formatted(token, id, size));
    }
    return id;
  }

  private List<String> merges() {
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : root.path("model").path("merges")) {
      merges.add(
          merge.isArray() ? merge.path(0).asText() + " " + merge.path(1).asText() : merge.asText());
    }
    return merges;
  }

  /** llama.cpp merges the pair whose union scores highest: the earlier a merge, the higher. */
  private static List<Float> scores(List<String> tokens, List<String> merges) {
    Map<String, Float> byToken = new HashMap<>();
    for (int rank = 0; rank < merges.size(); rank++) {
      byToken.putIfAbsent(merges.get(rank).replace(" ", ""), -1f - rank);
    }
    return tokens.stream().map(token -> byToken.getOrDefault(token, 0f)).toList();
  }

  /** llama.cpp knows the splitting rules of models by name. */
  private String preTokenizer() {
    String rule = root.path("pre_tokenizer").toString();
    if (rule.contains("\\\\p{N}{1,3}")) {
      return "llama-bpe";
    }
    if (rule.contains("[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}|")) {
      return "qwen2";
    }
    if (rule.contains("\"ByteLevel\"") && !rule.contains("\"Split\"")) {
      return "gpt-2";
    }
    remarks.add(
        "llama.cpp has no name for this tokenizer's way of splitting words, so it splits as by"
            + " default; compare its token ids with those of tokenizer.json");
    return "default";
  }

  private void special(Map<String, Object> values, String key, String into) {
    JsonNode id = config.path(key).isArray() ? config.path(key).path(0) : config.path(key);
    if (id.isInt() && id.asInt() >= 0) {
      values.put(into, id.asInt());
    }
  }
}

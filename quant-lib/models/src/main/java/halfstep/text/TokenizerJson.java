package halfstep.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.Map;

/**
 * A {@code tokenizer.json} before native code sees it. There, JSON that its parser does not take
 * ends the whole process when it lies within some parts, so what that parser is stricter about is
 * refused here: nesting, numbers beyond float64, halves of surrogate pairs, keys that come twice.
 *
 * <p>Reference: tokenizers 0.21 {@code src/decoders/mod.rs}; serde_json's limit of nesting is 128.
 */
final class TokenizerJson {

  private static final int MOST_NESTED = 100;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MOST_NESTED).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private TokenizerJson() {}

  /**
   * Parses and checks.
   *
   * @throws IOException if it is no JSON
   * @throws TokenizerException if it is JSON that the native parser does not take
   */
  static JsonNode checked(byte[] json) throws IOException {
    if (json.length < 2 || json[0] == 0 || json[1] == 0 || json[0] < 0) {
      throw new TokenizerException("it is no JSON in UTF-8");
    }
    JsonNode root = JSON.readTree(json);
    check(root);
    requireMerges(root.path("model"));
    return root;
  }

  /**
   * The native code cuts a prefix off the second part of each merge, whether it is there or not.
   */
  private static void requireMerges(JsonNode model) {
    String prefix = model.path("continuing_subword_prefix").asText("");
    for (JsonNode merge : prefix.isEmpty() ? MissingNode.getInstance() : model.path("merges")) {
      String text = merge.asText();
      String second =
          merge.isArray() ? merge.path(1).asText() : text.substring(text.indexOf(' ') + 1);
      if (!second.startsWith(prefix)) {
        throw new TokenizerException(
            "merge %s does not go on with the prefix \"%s\"".formatted(merge, prefix));
      }
    }
  }

  private static void check(JsonNode node) {
    if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      throw new TokenizerException("%s is no number that float64 holds".formatted(node));
    }
    if (node.isTextual()) {
      requireText(node.textValue());
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      requireText(entry.getKey());
    }
    if (node.path("type").asText().equals("TemplateProcessing")) {
      requireSpecial(node, node.path("special_tokens"));
    }
    node.forEach(TokenizerJson::check);
  }

  /** Each special token of a template is looked up, whether it is there or not. */
  private static void requireSpecial(JsonNode part, JsonNode known) {
    String id = part.path("SpecialToken").path("id").asText("");
    if (part.has("SpecialToken") && !known.has(id)) {
      throw new TokenizerException(
          "a template uses the special token \"%s\", which it does not list".formatted(id));
    }
    part.forEach(inner -> requireSpecial(inner, known));
  }

  private static void requireText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new TokenizerException(
            "it holds half of a surrogate pair, \\u%04x".formatted((int) c));
      }
    }
  }
}

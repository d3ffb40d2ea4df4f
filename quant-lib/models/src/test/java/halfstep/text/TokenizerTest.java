package halfstep.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

  /** Byte-level BPE over the bytes of "low", with two merges and a gap in the ids. */
  private static final String JSON =
      """
      {"version": "1.0", "truncation": {"direction": "Right", "max_length": 3,
        "strategy": "LongestFirst", "stride": 0}, "padding": null,
       "added_tokens": [{"id": 9, "content": "<s>", "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false, "special": true}],
       "normalizer": null,
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
         "use_regex": true},
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

  @TempDir private Path folder;

  private Tokenizer open() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), JSON);
    return Tokenizer.open(folder);
  }

  @Test
  void encodesAndDecodes() throws IOException {
    Tokenizer tokenizer = open();
    assertArrayEquals(new int[] {9, 5, 3, 4}, tokenizer.encode("low lo"));
    assertArrayEquals(new int[] {5, 3, 4}, tokenizer.encode("low lo", false));
    assertEquals("low lo", tokenizer.decode(5, 3, 4));
    assertEquals("<s>low", tokenizer.decode(9, 5));
  }

  @Test
  void aLongTextIsNotTruncated() throws IOException {
    assertEquals(2001, open().encode("low ".repeat(1000)).length);
  }

  @Test
  void vocabularyReachesToTheLargestId() throws IOException {
    assertEquals(10, open().vocabularySize());
  }

  @Test
  void nothingIsFetchedOrReported() throws IOException {
    open();
    assertEquals("true", System.getProperty("ai.djl.offline"));
    assertEquals("true", System.getProperty("OPT_OUT_TRACKING"));
  }

  @Test
  void theLibraryLiesInTheUsersOwnFolder() throws IOException {
    open();
    String folder = System.getProperty("ENGINE_CACHE_DIR", System.getenv("ENGINE_CACHE_DIR"));
    try (var found = Files.find(Path.of(folder), 6, (p, a) -> a.isRegularFile())) {
      Path library =
          found.filter(p -> p.toString().contains("tokenizers")).findFirst().orElseThrow();
      assertTrue(Files.size(library) > 1_000_000, library::toString);
    }
  }

  @Test
  void refusals() throws IOException {
    TokenizerException missing =
        assertThrows(TokenizerException.class, () -> Tokenizer.open(folder));
    assertEquals(
        folder.resolve("tokenizer.json") + " is missing; fetch it from where the model came from",
        missing.getMessage());
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": 3}");
    TokenizerException broken =
        assertThrows(TokenizerException.class, () -> Tokenizer.open(folder));
    assertTrue(
        String.valueOf(broken.getMessage()).contains("tokenizer.json is no usable tokenizer: "),
        broken::getMessage);
  }
}

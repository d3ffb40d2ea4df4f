package halfstep.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.export.ExportException;
import halfstep.export.QuantizedModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsException;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.text.Tokenizer;
import halfstep.text.TokenizerException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were written to do harm: what a random change would hardly hit upon. */
class KnownAttacksTest {

  @TempDir private Path folder;

  /** The refusal's sentence; a second is enough to come to it. */
  private static <T extends Throwable> String refusal(Class<T> type, Executable attack) {
    return String.valueOf(
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThrows(type, attack))
            .getMessage());
  }

  /** A GGUF file of one tensor that lies at 0. */
  private Path gguf(String tensor, int type, long... sides) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0x46554747).putInt(3).putLong(1).putLong(1);
    text(file, "halfstep.config");
    file.putInt(8);
    text(file, TinyModel.DENSE);
    text(file, tensor);
    file.putInt(sides.length);
    for (long side : sides) {
      file.putLong(side);
    }
    file.putInt(type).putLong(0);
    return Files.write(folder.resolve("model.gguf"), file.array());
  }

  private static void text(ByteBuffer into, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    into.putLong(bytes.length).put(bytes);
  }

  /** Experts of a type whose size nobody knows would be counted one by one. */
  @ParameterizedTest
  @CsvSource({
    "blk.0.ffn_up_exps.weight, ggml type 99 is not read",
    "blk.0.nothing, ggml type 99 is not read"
  })
  void expertsWithoutEnd(String tensor, String sentence) throws IOException {
    Path file = gguf(tensor, 99, 1, 1, 1L << 40);
    String refusal = refusal(ExportException.class, () -> QuantizedModels.open(file));
    assertTrue(refusal.contains(sentence), refusal);
  }

  @Test
  void rotationsWithoutEnd() throws IOException {
    Path file = gguf("rope_freqs.weight", 99, 1, 1, 1L << 40);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertEquals(List.of(), QuantizedModels.open(file).layers()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"blk.0.x", "blk.0.x.weight", "blk.99999999999.x.", "", "token_embd"})
  void ggufTensorsOfNoModel(String tensor) throws IOException {
    Path file = gguf(tensor, 0, 1);
    String refusal = refusal(ExportException.class, () -> QuantizedModels.open(file));
    assertTrue(refusal.contains("has no place in this model"), refusal);
  }

  /** Sides that are no expert's would be left out without a word. */
  @Test
  void aMatrixOfThreeSides() throws IOException {
    Path file = gguf("token_embd.weight", 0, 2, 2, 2);
    assertTrue(
        refusal(ExportException.class, () -> QuantizedModels.open(file)).contains("[2, 2, 2]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\\n/../../secret", "..", "a\\u0000b", "/etc/passwd", "C:x", "a/b", "\\\\\\\\x"})
  void anIndexThatPointsElsewhere(String shard) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"w\": \"%s\"}}".formatted(shard));
    String refusal = refusal(SafetensorsException.class, () -> Checkpoint.open(folder));
    assertTrue(refusal.contains("only files in the same folder are read"), refusal);
  }

  /** Jackson would guess UTF-16 and UTF-32, which the format does not know. */
  @Test
  void aHeaderInAnotherEncoding() throws IOException {
    byte[] beyond = {0, 0, 0, '{', 0, 0x11, 0, 0};
    byte[] wide = {'{', 0, '}', 0};
    for (byte[] header : List.of(beyond, wide)) {
      ByteBuffer file =
          ByteBuffer.allocate(8 + header.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .put(header);
      Path path = Files.write(folder.resolve("w.safetensors"), file.array());
      assertTrue(
          refusal(SafetensorsException.class, () -> SafetensorsFile.open(path))
              .endsWith("its header is no JSON object; this is no safetensors file"));
    }
  }

  /** So many blocks or experts would be planned one by one. */
  @ParameterizedTest
  @CsvSource({
    "'\"num_hidden_layers\": 1',      '\"num_hidden_layers\": 2000000000', 2000000000 blocks",
    "'\"num_local_experts\": 2',      '\"num_local_experts\": 2000000000', of 2000000000 experts",
  })
  void blocksWithoutEnd(String from, String to, String sentence) throws IOException {
    TinyModel.written(folder, TinyModel.MIXTURE);
    Path config = folder.resolve("config.json");
    String changed = TinyModel.MIXTURE.replace(from, to);
    Assertions.assertNotEquals(TinyModel.MIXTURE, changed);
    Files.writeString(config, changed);
    String refusal = refusal(ModelException.class, () -> Model.open(folder));
    assertTrue(refusal.contains(sentence), refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2147483647", "4294967296", "1.5", "null", "\"x\""})
  void tokenIdsThatAreNone(String id) throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        TinyModel.TOKENIZER.replace("\"id\": 9", "\"id\": " + id));
    refusal(TokenizerException.class, () -> Tokenizer.open(folder));
  }

  /** What the native parser takes for an accident ends the whole process, so it never sees it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"add_prefix_space\": true | \"add_prefix_space\": [}",
        "\"add_prefix_space\": true | \"add_prefix_space\": 1e400",
        "\"add_prefix_space\": true | \"add_prefix_space\": \"\\ud800\"",
        "\"add_prefix_space\": true | \"type\": 1, \"type\": 2",
        "\"continuing_subword_prefix\": null | \"continuing_subword_prefix\": \"long##\"",
        "\"special_tokens\": {\"<s>\" | \"special_tokens\": {\"other\"",
      })
  void tokenizersThatWouldEndTheProcess(String from, String to) throws IOException {
    String changed = TinyModel.TOKENIZER.replace(from, to);
    Assertions.assertNotEquals(TinyModel.TOKENIZER, changed);
    Files.writeString(folder.resolve("tokenizer.json"), changed);
    refusal(TokenizerException.class, () -> Tokenizer.open(folder));
  }

  @Test
  void aTokenizerNestedWithoutEnd() throws IOException {
    String deep = "[".repeat(200) + "]".repeat(200);
    Files.writeString(
        folder.resolve("tokenizer.json"),
        TinyModel.TOKENIZER.replace("\"decoder\": {", "\"x\": " + deep + ", \"decoder\": {"));
    refusal(TokenizerException.class, () -> Tokenizer.open(folder));
  }

  private Path compressed(String layer, String... targets) throws IOException {
    List<TensorInfo> tensors = new ArrayList<>();
    tensors.add(new TensorInfo(layer + ".weight_packed", DType.I32, List.of(1L, 1L)));
    Path file = folder.resolve("model.safetensors");
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of())) {
      writer.write(tensors.getFirst().name(), MemorySegment.ofArray(new int[1]));
      writer.finish();
    }
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"quantization_config": {"quant_method": "compressed-tensors", "format": "pack-quantized",
         "config_groups": {"a": {"targets": [%s], "weights": {"num_bits": 4}}}}}
        """
            .formatted("\"" + String.join("\", \"", targets) + "\""));
    return folder;
  }

  /** Patterns that come with a file may take for ever, or all of the stack. */
  @ParameterizedTest
  @ValueSource(strings = {"re:(a+)+$", "re:((a|a)*)*b", "re:(a|aa)+$", "re:(.|a)*c"})
  void patternsThatNeverEnd(String target) throws IOException {
    compressed("a".repeat(20_000) + "!", target);
    String refusal = refusal(ExportException.class, () -> QuantizedModels.open(folder));
    assertTrue(refusal.contains("takes too long to compare"), refusal);
  }

  @Test
  void aPatternThatIsNone() throws IOException {
    compressed("layer", "re:(");
    String refusal = refusal(ExportException.class, () -> QuantizedModels.open(folder));
    assertTrue(refusal.contains("is no pattern"), refusal);
  }
}

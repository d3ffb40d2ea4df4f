package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.llm.ModelConfig.RopeScaling;
import halfstep.quant.NonFiniteException;
import halfstep.safetensors.SafetensorsException;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFolderTest {

  @TempDir private Path folder;

  @BeforeEach
  void copyOfATinyModel() throws IOException {
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(GoldenModels.folder("llama_gqa").resolve(file), folder.resolve(file));
    }
  }

  private void config(String from, String to) throws IOException {
    Path file = folder.resolve("config.json");
    String text = Files.readString(file);
    assertTrue(text.contains(from), () -> text + " lacks " + from);
    Files.writeString(file, text.replace(from, to));
  }

  private String refusal() {
    return String.valueOf(
        assertThrows(ModelException.class, () -> Model.open(folder)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"model_type\": \"llama\" | \"model_type\": \"gemma\""
            + " | model type \"gemma\" is not supported; supported are: llama, mistral, mixtral, qwen2, qwen3",
        "\"hidden_act\": \"silu\" | \"hidden_act\": \"gelu\""
            + " | hidden_act gelu is not supported; only silu is",
        "\"attention_bias\": false | \"attention_bias\": true"
            + " | attention_bias true is not supported; only false is",
        "\"hidden_size\": 64, | | hidden_size is missing; a positive number was expected",
        "\"hidden_size\": 64, | \"hidden_size\": -1,"
            + " | hidden_size is -1; a positive number was expected",
        "\"rope_scaling\": null | \"rope_scaling\": {\"rope_type\": \"yarn\"}"
            + " | rope scaling \"yarn\" is not supported; supported are: default, llama3",
        "\"rope_scaling\": null | \"quantization_config\": {\"quant_method\": \"awq\"}"
            + " | the model is already quantized (awq); open the original weights",
      })
  void configurations(String from, String to, String problem) throws IOException {
    config(from, to == null ? "" : to);
    assertEquals(folder.resolve("config.json") + ": " + problem, refusal());
  }

  @Test
  void keysOfTransformers5() throws IOException {
    config(
        "\"rope_theta\": 10000.0",
        """
        "rope_parameters": {"rope_theta": 5e5, "rope_type": "llama3", "factor": 8.0,
          "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 64}, "dtype": "bfloat16\"\
        """);
    ModelConfig config = ModelConfig.read(folder);
    assertEquals(5e5, config.rotary().theta());
    assertEquals(new RopeScaling(8, 1, 4, 64), config.rotary().scaling());
    assertNull(ModelConfig.read(GoldenModels.folder("llama_gqa")).rotary().scaling());
  }

  @Test
  void missingFiles() throws IOException {
    Files.delete(folder.resolve("config.json"));
    assertEquals(
        folder.resolve("config.json")
            + " is missing; a model folder holds config.json and model.safetensors",
        refusal());
    Path none = folder.resolve("none");
    assertEquals(
        "there is no model folder " + none + "; it should hold config.json and model.safetensors",
        assertThrows(ModelException.class, () -> Model.open(none)).getMessage());
  }

  @Test
  void weightsThatConfigDoesNotPromise() throws IOException {
    config("\"vocab_size\": 256", "\"vocab_size\": 300");
    assertEquals(
        folder
            + ": tensor model.embed_tokens.weight is 256 × 64, but config.json promises 300 × 64",
        refusal());
    config("\"vocab_size\": 300", "\"vocab_size\": 256");
    config("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    assertEquals(
        folder + " lacks tensor model.layers.2.self_attn.q_proj.weight, which config.json promises",
        refusal());
  }

  @Test
  void truncatedWeights() throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 100);
    }
    String message =
        String.valueOf(
            assertThrows(SafetensorsException.class, () -> Model.open(folder)).getMessage());
    assertTrue(message.startsWith(file + ": tensor "), message);
    assertTrue(message.endsWith("it is cut off or corrupt; fetch it again"), message);
  }

  @Test
  void weightsThatAreNoNumbers() throws IOException {
    Path file = folder.resolve("model.safetensors");
    String tensor = "model.layers.1.mlp.up_proj.weight";
    long offset = offsetOf(file, tensor);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer nan = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(nan.putShort(Float.floatToFloat16(Float.NaN)).flip(), offset + 2 * 65);
    }
    Model model = Model.open(folder);
    assertEquals(
        "%s: tensor %s: 1 of 12288 values are not finite; the first is NaN in row 1, column 1. Repair or exclude it."
            .formatted(file, tensor),
        assertThrows(NonFiniteException.class, () -> model.logits(new int[] {1, 2})).getMessage());
  }

  private static long offsetOf(Path file, String tensor) throws IOException {
    long end = Files.size(file);
    // the file holds tensors without gaps, so the last offset minus what follows is the tensor's
    long data =
        end - SafetensorsFile.open(file).tensors().stream().mapToLong(TensorInfo::bytes).sum();
    String header = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = header.indexOf("data_offsets\":[", header.indexOf("\"" + tensor + "\""));
    int from = at + "data_offsets\":[".length();
    return data + Long.parseLong(header.substring(from, header.indexOf(',', from)));
  }

  @Test
  void aTokenizerOfAnotherModel() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
         "post_processor": null, "decoder": null, "truncation": null, "padding": null,
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 300}, "merges": []}}
        """);
    Model model = Model.open(folder);
    assertEquals(
        folder
            + ": the tokenizer knows 301 tokens, but the embedding has 256 rows; they belong to"
            + " different models",
        assertThrows(ModelException.class, model::tokenizer).getMessage());
  }
}

package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.QuantizeJob;
import halfstep.llm.GoldenModels;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut off, changed or of another kind: each a typed refusal, never a stray one. */
class ForeignFilesTest {

  @TempDir private Path folder;

  private Path exported(String format) {
    Path run = folder.resolve("run");
    Path out = folder.resolve("out");
    QuantSpec spec = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);
    QuantizeJob.of(GoldenModels.folder("llama_gqa"), run, spec, new Rtn()).run();
    new Export(run, out, ExportFormat.of(format)).run();
    return out;
  }

  private static String refusal(Path path) {
    RuntimeException thrown =
        assertThrows(
            RuntimeException.class,
            () -> {
              QuantizedModel model = QuantizedModels.open(path);
              model.layers().forEach(model::layer);
              model.rest().forEach(info -> model.restMatrix(info.name()));
            });
    assertTrue(
        thrown instanceof ExportException || thrown instanceof SafetensorsException,
        () -> "a stray " + thrown);
    return String.valueOf(thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"awq", "gptq_v2", "hqq", "compressed-tensors", "gguf"})
  void cutOff(String format) throws IOException {
    Path out = exported(format);
    Path file = out.resolve(format.equals("gguf") ? "model.gguf" : "model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 3, 8, 23, 100, 2000, bytes.length - 4000}) {
      Files.write(file, Arrays.copyOf(bytes, length));
      refusal(out);
    }
  }

  /** Any changed byte of a header is refused by a type of ours, or harmless. */
  @ParameterizedTest
  @ValueSource(strings = {"awq", "gptq_v2", "hqq", "compressed-tensors", "gguf"})
  void changedHeaders(String format) throws IOException {
    Path out = exported(format);
    Path file = out.resolve(format.equals("gguf") ? "model.gguf" : "model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < 1200; at += 17) {
      byte[] changed = bytes.clone();
      changed[at] ^= 0x55;
      Files.write(file, changed);
      try {
        QuantizedModel model = QuantizedModels.open(out);
        for (String layer : model.layers()) {
          model.layer(layer);
        }
      } catch (ExportException | SafetensorsException typed) {
        assertTrue(typed.getMessage() != null && typed.getMessage().length() > 20);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qmodel.pt", "pytorch_model.bin", "model.ckpt"})
  void picklesAreRefusedWithTheWayOut(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), new byte[] {80, 75, 3, 4});
    assertTrue(refusal(file).contains("safe_serialization=True"));
    assertTrue(refusal(folder).contains(name));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"quant_method\":\"bitnet\"}', 'quantization \"bitnet\" is not read'",
    "'{\"quant_method\":\"awq\",\"version\":\"gemv\"}', 'AWQ version gemv with 4 bits is not read'",
    "'{\"quant_method\":\"gptq\",\"bits\":5}', 'GPTQ with 5 bits'",
    "'{\"quant_method\":\"gptq\",\"bits\":4}', 'no tensor is quantized so'",
    "'{\"quant_method\":\"compressed-tensors\",\"format\":\"marlin-24\"}', 'format \"marlin-24\" is"
        + " not read'",
  })
  void schemesThatAreNotRead(String quantization, String sentence) throws IOException {
    Path model = GoldenModels.folder("llama_gqa");
    Files.copy(model.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\":\"llama\",\"quantization_config\":" + quantization + "}");
    String refusal = refusal(folder);
    assertTrue(refusal.contains(sentence), refusal);
  }

  @Test
  void aModelThatIsNotQuantized() {
    assertTrue(refusal(GoldenModels.folder("llama_gqa")).contains("it is not quantized"));
  }

  @Test
  void aFolderThatIsNotThere() {
    assertTrue(refusal(folder.resolve("nothing")).endsWith("there is no such file or folder"));
  }
}

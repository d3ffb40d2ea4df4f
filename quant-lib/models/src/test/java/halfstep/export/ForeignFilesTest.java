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
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut off, changed or of another kind: each a typed refusal, never a stray one. */
class ForeignFilesTest {

  @TempDir private Path folder;

  /** A run, and an export of it in each format. */
  private Path made(String format) {
    Path run = folder.resolve("run");
    QuantSpec spec = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);
    QuantizeJob.of(GoldenModels.folder("llama_gqa"), run, spec, new Rtn()).run();
    if (format.equals("raw")) {
      return run;
    }
    Path out = folder.resolve("out");
    new Export(run, out, ExportFormat.of(format)).run();
    return out;
  }

  private static void readAll(Path path) {
    QuantizedModel model = QuantizedModels.open(path);
    for (String layer : model.layers()) {
      model.shape(layer);
      model.spec(layer);
      model.indexed(layer);
      model.channelScales(layer);
      model.layer(layer);
    }
    model.rest().forEach(info -> model.restMatrix(info.name()));
  }

  private static String refusal(Path path) {
    RuntimeException thrown = assertThrows(RuntimeException.class, () -> readAll(path));
    assertTrue(isTyped(thrown), () -> "a stray " + thrown);
    return String.valueOf(thrown.getMessage());
  }

  private static boolean isTyped(RuntimeException thrown) {
    return thrown instanceof ExportException || thrown instanceof SafetensorsException;
  }

  /** What was read is another's numbers; what was refused names the file and says what is wrong. */
  private static void readOrRefused(Path path, String change) {
    try {
      readAll(path);
    } catch (RuntimeException thrown) {
      assertTrue(isTyped(thrown), () -> "%s: a stray %s".formatted(change, thrown));
      String message = String.valueOf(thrown.getMessage());
      assertTrue(message.length() > 20, () -> "%s: only \"%s\"".formatted(change, message));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "raw,                quantized.safetensors",
    "raw,                manifest.json",
    "awq,                model.safetensors",
    "awq,                config.json",
    "gptq,               model.safetensors",
    "gptq_v2,            model.safetensors",
    "gptq_v2,            config.json",
    "hqq,                model.safetensors",
    "hqq,                config.json",
    "compressed-tensors, model.safetensors",
    "compressed-tensors, config.json",
    "gguf,               model.gguf",
    "plain,              model.safetensors",
  })
  void cutAndChanged(String format, String name) throws IOException {
    Path made = made(format);
    Path file = made.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    boolean text = name.endsWith(".json");
    for (int length : List.of(0, 1, 3, 8, 23, 100, bytes.length / 3, bytes.length - 70)) {
      Files.write(file, Arrays.copyOf(bytes, length));
      refusal(made);
    }
    // headers byte by byte, numbers here and there
    int step = text ? Math.max(1, bytes.length / 200) : 11;
    for (int at = 0; at < bytes.length; at += at < 4000 ? step : bytes.length / 60) {
      for (int flip : new int[] {0x01, 0x55, 0x80}) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) flip;
        Files.write(file, changed);
        readOrRefused(made, "%s, byte %d ^ %x".formatted(name, at, flip));
      }
    }
  }

  /** One format's tensors under another's configuration. */
  @ParameterizedTest
  @CsvSource({
    "awq, gptq_v2",
    "gptq_v2, awq",
    "gptq_v2, compressed-tensors",
    "hqq, awq",
    "compressed-tensors, hqq",
    "awq, hqq"
  })
  void anothersConfiguration(String tensors, String configuration) throws IOException {
    Path run = made("raw");
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    new Export(run, one, ExportFormat.of(tensors)).run();
    new Export(run, other, ExportFormat.of(configuration)).run();
    Files.copy(
        other.resolve("config.json"),
        one.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    readOrRefused(one, "%s as %s".formatted(tensors, configuration));
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

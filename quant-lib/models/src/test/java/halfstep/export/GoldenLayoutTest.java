package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.TensorInfo;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors that the reference libraries wrote: read, written again, and the same bit for bit. */
class GoldenLayoutTest {

  @TempDir private Path folder;

  private static Map<String, byte[]> written(LayerFormat format, String layer, QuantizedMatrix q) {
    Map<String, byte[]> bytes = new HashMap<>();
    format.write(
        layer, q, (name, tensor) -> bytes.put(name, tensor.toArray(ValueLayout.JAVA_BYTE)));
    return bytes;
  }

  private static void compare(LayerFormat format, Path file, String layer) {
    QuantizedMatrix q = format.read(TensorFiles.open(file), layer);
    Map<String, byte[]> expected = GoldenTensors.bytes(file);
    Map<String, byte[]> actual = written(format, layer, q);
    List<TensorInfo> declared = format.tensors(layer, q.spec(), q.shape(), false);
    assertEquals(declared.size(), actual.size());
    SafetensorsFile tensors = SafetensorsFile.open(file);
    for (TensorInfo info : declared) {
      assertEquals(tensors.info(info.name()), info);
      assertArrayEquals(expected.get(info.name()), actual.get(info.name()), info::name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama_gqa.g32.duo,   14",
    "llama_gqa.g64.xonly, 14",
    "llama_mha.g32.duo,   14",
    "qwen2.g32.duo,       14",
    "mixtral.g32.duo,     32"
  })
  void autoAwq(String name, int layersOfTwoBlocks) {
    Path file = GoldenTensors.file("awq/" + name, "final/", "", folder);
    AwqFormat format = new AwqFormat();
    List<String> layers = format.layers(TensorFiles.open(file).names());
    assertEquals(layersOfTwoBlocks, layers.size());
    layers.forEach(layer -> compare(format, file, layer));
  }

  /** All tensors of hqq's own state dictionaries but the bias, which is the model's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "b8.g64.a1",
        "b4.g64.a1",
        "b4.g64.a0",
        "b4.gnone.a1",
        "b3.g64.a1",
        "b2.g16.a1",
        "b1.g32.a0"
      })
  void hqq(String key) {
    Path file = GoldenTensors.file("hqq/linear_state", key + "/state/", "layer.", folder);
    compare(new HqqFormat(), file, "layer");
    assertEquals(20, SafetensorsFile.open(file).names().size());
  }
}

package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.llm.CaptureMemory;
import halfstep.llm.GoldenModels;
import halfstep.llm.TokenWindows;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods that look at inputs which do not fit in memory solve what they solve otherwise. */
class FiledInputsTest {

  @TempDir private Path folder;

  static Stream<QuantMethod> methods() {
    return Stream.of(Gptq.DEFAULT, Awq.DEFAULT, new Rtn());
  }

  private static List<QuantizedLayer> layers(QuantMethod method, CaptureMemory memory) {
    LayerSource source = LayerSource.open(GoldenModels.folder("llama_gqa"));
    int[] window = IntStream.range(0, 64).map(t -> (t * 11 + 3) % 90).toArray();
    Calibration text = Calibration.of(TokenWindows.of(List.of(window, window.clone())));
    List<QuantizedLayer> layers = new ArrayList<>();
    new LayerQuantizer(
            source, source.layers(), QuantSpec.of(4, 32).with(ZeroPoint.INTEGER), method, text)
        .keeping(memory)
        .run(layers::add);
    return layers;
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theLayersAreTheSame(QuantMethod method) {
    List<QuantizedLayer> held = layers(method, CaptureMemory.UNBOUNDED);
    List<QuantizedLayer> filed = layers(method, CaptureMemory.within(0, folder));
    assertEquals(held.size(), filed.size());
    for (int i = 0; i < held.size(); i++) {
      QuantizedLayer one = held.get(i);
      QuantizedLayer other = filed.get(i);
      assertEquals(one.error(), other.error());
      assertEquals(0, one.quantized().codes().countDifferent(other.quantized().codes()));
      assertArrayEquals(
          one.quantized().params().scales().segment().toArray(ValueLayout.JAVA_FLOAT),
          other.quantized().params().scales().segment().toArray(ValueLayout.JAVA_FLOAT));
    }
    assertEquals(List.of(), List.of(folder.toFile().list()), "nothing is left");
  }
}

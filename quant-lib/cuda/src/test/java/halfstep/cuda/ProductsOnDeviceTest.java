package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.backend.DeviceWork;
import halfstep.job.QuantizeJob;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole jobs whose products go to the device: every number that they write is the processor's. */
@Tag("standin")
@ExtendWith(StandIn.class)
class ProductsOnDeviceTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);

  @TempDir private Path folder = Path.of("");

  private Path run(GoldenModel model, QuantMethod method, String name) {
    Path out = folder.resolve(name);
    QuantizeJob.of(model.folder(), folder, SPEC, method)
        .with(model.calibration())
        .traced()
        .into(out)
        .run();
    return out;
  }

  /**
   * Calibration, losses behind attentions and MLPs and the layers' output errors are products. On
   * this device no kernel makes AWQ's losses in another way.
   */
  @ParameterizedTest
  @ValueSource(strings = {"llama_gqa", "mixtral"})
  void awqSearchesBehindAttentionsAndExperts(String name) throws IOException {
    StandIn.capability(75);
    GoldenModel model = GoldenModel.of(name, 32);
    Path here = run(model, Awq.DEFAULT, "here");
    assertEquals(0, StandIn.launches());
    Multiplying device = Multiplying.on(Gpu.backend());
    DeviceWork work = DeviceWork.on(device);
    Path there = work.call(() -> run(model, Awq.DEFAULT, "there"));
    assertTrue(StandIn.launches() > 200, "products: " + StandIn.launches());
    assertEquals(0, StandIn.used());
    assertSame(here, there, "quantized.safetensors");
    assertSame(here, there, "trace.jsonl");
    assertEquals(layers(here), layers(there), "errors of weights and outputs");
    assertTrue(
        work.remarks().stream().noneMatch(remark -> remark.contains("the product of")),
        work.remarks()::toString);
  }

  @Test
  void aDeviceThatIsLostOnTheWayLeavesTheRestToTheProcessor() throws IOException {
    GoldenModel model = GoldenModel.of("llama_gqa", 32);
    Path here = run(model, Awq.DEFAULT, "here");
    StandIn.capability(75);
    StandIn.fail(40, 719);
    DeviceWork work = DeviceWork.on(Multiplying.on(Gpu.backend()));
    Path there = work.call(() -> run(model, Awq.DEFAULT, "there"));
    assertSame(here, there, "quantized.safetensors");
    List<String> said = work.remarks();
    assertTrue(said.stream().anyMatch(remark -> remark.contains("the product of")), "" + said);
  }

  private static JsonNode layers(Path job) throws IOException {
    return new JsonMapper().readTree(Files.readString(job.resolve("manifest.json"))).get("layers");
  }

  private static void assertSame(Path here, Path there, String file) throws IOException {
    assertEquals(
        -1, Files.mismatch(here.resolve(file), there.resolve(file)), file + " is the same");
  }
}

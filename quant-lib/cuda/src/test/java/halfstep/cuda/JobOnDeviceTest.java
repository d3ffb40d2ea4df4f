package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.awq.AwqReport;
import halfstep.awq.AwqStep;
import halfstep.awq.ClipDevice;
import halfstep.awq.LossDevice;
import halfstep.backend.Backend;
import halfstep.backend.DeviceWork;
import halfstep.calib.Inspected;
import halfstep.gptq.CholeskyDevice;
import halfstep.gptq.GptqDevice;
import halfstep.hqq.HqqDevice;
import halfstep.job.LayerFilter;
import halfstep.job.QuantizeJob;
import halfstep.llm.ScaleGroup;
import halfstep.ls.LeastSquaresDevice;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.GramDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code quantize --device cuda} does with whole models, beside the processor. */
@Tag("standin")
@ExtendWith(StandIn.class)
class JobOnDeviceTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);

  private static final String BEHIND =
      "AWQ: scales that are judged behind an attention or an MLP were searched by the processor; of that search the GPU takes large products alone.";

  /** A layer that is judged by its own output. */
  private static final LayerFilter DOWN =
      new LayerFilter(List.of("model.layers.1.mlp.down_proj"), List.of());

  @TempDir private Path folder = Path.of("");

  private final Asked asked = new Asked(Gpu.backend(), new HashSet<>());
  private final DeviceWork work = DeviceWork.on(asked);

  /** A device and which kernels work came for. */
  private record Asked(Backend device, Set<Class<?>> kernels) implements AroundDevice {
    @Override
    public <K> Optional<K> kernel(Class<K> type) {
      kernels.add(type);
      return AroundDevice.super.kernel(type);
    }
  }

  @BeforeEach
  void beAmpere() {
    StandIn.capability(80);
  }

  private QuantizeJob job(GoldenModel model, QuantMethod method, ZeroPoint zeros) {
    return untraced(model, method, zeros).traced();
  }

  private QuantizeJob untraced(GoldenModel model, QuantMethod method, ZeroPoint zeros) {
    return QuantizeJob.of(model.folder(), folder, SPEC.with(zeros), method)
        .with(model.calibration());
  }

  private Path run(QuantizeJob job, String name) {
    Path out = folder.resolve(name);
    job.into(out).run();
    return out;
  }

  /** Layers that are judged by their own output: the attention's o and the MLP's down. */
  @Test
  void awqChoosesTheProcessorsScales() throws IOException {
    GoldenModel model = GoldenModel.of("llama_mha", 32);
    QuantizeJob job = job(model, Awq.DEFAULT, ZeroPoint.INTEGER);
    Path here = run(job, "here");
    Path there = work.call(() -> run(job, "there"));
    assertEquals(List.of(BEHIND), work.remarks());
    assertTrue(asked.kernels().containsAll(Set.of(LossDevice.class, ClipDevice.class)));
    assertEquals(0, StandIn.used());
    assertEquals(-1, Files.mismatch(weights(here), weights(there)), "the same weights");
    assertTrue(device(there).startsWith("cuda: stand-in on the processor, sm_80"), device(there));
    List<JsonNode> expected = trace(here);
    List<JsonNode> actual = trace(there);
    assertEquals(expected.size(), actual.size());
    int otherwise = 0;
    for (int i = 0; i < expected.size(); i++) {
      otherwise += expected.get(i).equals(actual.get(i)) ? 0 : 1;
      assertAgree(expected.get(i), actual.get(i));
    }
    // 2 blocks, 2 layers, 20 ratios each: the device's digits, not the processor's
    assertTrue(otherwise > 40 && otherwise <= 80, "lines that differ: " + otherwise);
  }

  private static void assertAgree(JsonNode expected, JsonNode actual) {
    assertEquals(expected.path("ratio"), actual.path("ratio"));
    assertEquals(expected.path("best"), actual.path("best"));
    double loss = expected.path("loss").asDouble();
    double off = Math.abs(actual.path("loss").asDouble() - loss);
    assertTrue(off <= AwqComparison.LOSS * loss, () -> expected + " but " + actual);
  }

  /** The scales are the device's choice; steps that are looked at are values, of the processor. */
  @Test
  void awqThenAnotherMethodTakesTheDevicesChoice() throws IOException {
    GoldenModel model = GoldenModel.of("llama_gqa", 32);
    QuantizeJob job = job(model, new AwqThen(Hqq.DEFAULT), ZeroPoint.FLOAT).with(DOWN);
    Path here = run(job, "here");
    Path there = work.call(() -> run(job, "there"));
    assertEquals(List.of(), work.remarks());
    assertTrue(asked.kernels().contains(LossDevice.class));
    assertFalse(asked.kernels().contains(HqqDevice.class));
    assertEquals(-1, Files.mismatch(weights(here), weights(there)), "the same weights");
  }

  static Stream<Arguments> solversBehindActivations() {
    return Stream.of(
        Arguments.of(new AwqThen(Hqq.DEFAULT), HqqDevice.class),
        Arguments.of(new AwqThen(LeastSquares.DEFAULT), LeastSquaresDevice.class),
        Arguments.of(WeightedLeastSquares.DEFAULT, LeastSquaresDevice.class));
  }

  /** Where nobody looks at the steps, the device solves, too. */
  @ParameterizedTest
  @MethodSource("solversBehindActivations")
  void solversThatNobodyTracesRunThere(QuantMethod method, Class<?> kernel) throws IOException {
    GoldenModel model = GoldenModel.of("llama_gqa", 32);
    QuantizeJob job = untraced(model, method, ZeroPoint.FLOAT).with(DOWN);
    Path here = run(job, "here");
    long before = StandIn.launches();
    Path steps = DeviceWork.on(asked).call(() -> run(job.traced(), "traced"));
    long traced = StandIn.launches() - before;
    assertFalse(asked.kernels().contains(kernel), "steps are the processor's");
    Path there = work.call(() -> run(job, "there"));
    long launches = StandIn.launches() - before - traced;
    assertEquals(List.of(), work.remarks());
    assertTrue(asked.kernels().contains(kernel), () -> kernel + " of " + asked.kernels());
    assertTrue(launches > traced, () -> launches + " launches, traced " + traced);
    assertEquals(0, StandIn.used());
    assertEquals(-1, Files.mismatch(weights(here), weights(there)), "the same weights");
    assertEquals(-1, Files.mismatch(weights(steps), weights(there)), "the same weights");
  }

  @Test
  void gptqIsTheProcessorsFromItsHessianOn() throws IOException {
    StandIn.capability(75);
    GoldenModel model = GoldenModel.of("llama_gqa", 32);
    QuantizeJob job = job(model, Gptq.DEFAULT, ZeroPoint.INTEGER);
    Path here = run(job, "here");
    assertEquals(0, StandIn.launches());
    Path there = work.call(() -> run(job, "there"));
    assertEquals(List.of(), work.remarks());
    for (Class<?> kernel : List.of(GramDevice.class, CholeskyDevice.class, GptqDevice.class)) {
      assertTrue(asked.kernels().contains(kernel), () -> kernel + " of " + asked.kernels());
    }
    assertEquals(0, StandIn.used());
    assertEquals(-1, Files.mismatch(weights(here), weights(there)), "the same weights");
    assertEquals(trace(here), trace(there));
  }

  /** Against AutoAWQ's own losses: what its search would lose by the device's choice. */
  @ParameterizedTest
  @CsvSource({"llama_gqa, 2", "mixtral, 8"})
  void choosesAsAutoAwqDid(String name, int groups) {
    GoldenModel model = GoldenModel.of(name, 32);
    int seen = 0;
    for (ScaleGroup group : model.scaleGroups()) {
      if (group.inspected() instanceof Inspected.Layer && !group.starved()) {
        AwqReport report =
            work.call(() ->
                AwqReport.search(
                    group.layers(),
                    group.weights(),
                    SPEC,
                    Awq.DEFAULT,
                    group.activationsPerWindow(),
                    group.inspected()));
        assertChosen(group.toString(), model.losses(group), report.steps());
        seen++;
      }
    }
    assertEquals(groups, seen);
    assertEquals(List.of(), work.remarks());
    assertTrue(StandIn.launches() > 0);
  }

  private static void assertChosen(String where, double[] expected, List<AwqStep> steps) {
    double[] actual = steps.stream().mapToDouble(AwqStep::outputMse).toArray();
    AwqComparison both = new AwqComparison(expected, actual);
    assertTrue(both.lost() <= 1e-3, () -> where + " lost " + both.lost());
    assertTrue(both.worst() <= AwqComparison.LOSS, () -> where + " off " + both.worst());
  }

  private static Path weights(Path job) {
    return job.resolve("quantized.safetensors");
  }

  private static String device(Path job) throws IOException {
    return json(Files.readString(job.resolve("manifest.json"))).path("device").asText();
  }

  private static List<JsonNode> trace(Path job) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(job.resolve("trace.jsonl"))) {
      lines.add(json(line));
    }
    return lines;
  }

  private static JsonNode json(String text) throws IOException {
    return JsonMapper.builder().build().readTree(text);
  }
}

package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import halfstep.testing.FidelityTable;
import halfstep.testing.Golden;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeJobTest {

  private static final QuantSpec FOUR = QuantSpec.of(4, 64);

  @TempDir private Path folder;

  private Path out() {
    return folder.resolve("out");
  }

  private Path weights(String name, Matrix... matrices) {
    Path file = folder.resolve("weights.safetensors");
    List<TensorInfo> infos = new ArrayList<>();
    for (int i = 0; i < matrices.length; i++) {
      infos.add(TensorInfo.matrix(name + i, DType.F32, matrices[i].shape()));
    }
    infos.add(new TensorInfo("norm", DType.F32, List.of(3L)));
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, infos, Map.of())) {
      for (int i = 0; i < matrices.length; i++) {
        writer.write(name + i, matrices[i].segment());
      }
      writer.write("norm", Matrix.of(1, 3, 1, 1, 1).segment());
      writer.finish();
    }
    return file;
  }

  private static TokenWindows calibration(Golden golden) {
    return GoldenModels.windows(golden, "calib_ids");
  }

  private static JsonNode json(Path file) throws IOException {
    return JsonMapper.builder().build().readTree(file.toFile());
  }

  private List<JsonNode> trace() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(out().resolve("trace.jsonl"))) {
      lines.add(JsonMapper.builder().build().readTree(line));
    }
    return lines;
  }

  @Test
  void hqqOnAFileGivesTheLibrarysCodesAndErrors() throws IOException {
    Golden golden = Golden.open("hqq/gauss");
    String key = "b4.g64.a1.";
    Path input = weights("W", golden.matrix("W"));
    JobReport report = QuantizeJob.of(input, out(), FOUR, Hqq.DEFAULT).traced().run();
    SafetensorsFile raw = SafetensorsFile.open(out().resolve("quantized.safetensors"));
    assertEquals(new Shape(64, 256), raw.info("W0.codes").matrixShape());
    assertEquals(new Shape(64, 4), raw.info("W0.scales").matrixShape());
    FidelityTable.row(
        "job hqq/gauss b4.g64.a1",
        "codes that differ",
        0,
        different(golden.doubles(key + "wq"), raw));
    double[] errors = golden.doubles(key + "mae_per_iter");
    List<JsonNode> lines = trace();
    assertEquals(errors.length, lines.size());
    double worst = 0;
    for (int i = 0; i < errors.length; i++) {
      assertEquals(i + 1, lines.get(i).get("iteration").asInt());
      assertEquals("W0", lines.get(i).get("layer").asText());
      double seen = lines.get(i).get("meanAbsError").asDouble();
      worst = Math.max(worst, Math.abs(seen - errors[i]) / errors[i]);
    }
    FidelityTable.row("job hqq/gauss b4.g64.a1", "trace error, relative", 1e-4, worst);
    assertEquals(10, lines.getFirst().get("beta").asDouble());
    assertTrue(lines.getFirst().get("zeroShift").asDouble() > 0);
    assertTrue(lines.getFirst().has("codesChanged") && lines.getFirst().has("shrinkActive"));
    assertEquals(4.5, report.bitsPerWeight());
  }

  private static int different(double[] expected, SafetensorsFile raw) {
    long[] codes = raw.integers("W0.codes");
    assertEquals(expected.length, codes.length);
    int different = 0;
    for (int i = 0; i < codes.length; i++) {
      different += codes[i] == expected[i] ? 0 : 1;
    }
    return different;
  }

  @Test
  void theManifestTellsWhatWasDone() throws IOException {
    Path input = weights("w", Golden.open("hqq/gauss").matrix("W"));
    QuantSpec rows = new QuantSpec(Bits.TWO, QuantSpec.WHOLE, Axis.IN, ZeroPoint.FLOAT);
    QuantizeJob.of(input, out(), rows, Hqq.DEFAULT).run();
    JsonNode manifest = json(out().resolve("manifest.json"));
    assertEquals("hqq", manifest.get("method").asText());
    assertEquals(20, manifest.get("parameters").get("iterations").asInt());
    assertEquals(1, manifest.get("parameters").get("kappa").asDouble());
    assertEquals("2", manifest.get("spec").get("bits").asText());
    assertEquals("row", manifest.get("spec").get("groupSize").asText());
    assertEquals(64, manifest.get("inputs").get(0).get("sha256").asText().length());
    assertEquals("cpu", manifest.get("device").asText());
    JsonNode layer = manifest.get("layers").get(0);
    assertEquals("w0", layer.get("layer").asText());
    assertTrue(layer.get("meanAbsError").asDouble() > 0);
    assertTrue(layer.get("relativeFrobenius").asDouble() > 0);
    assertTrue(layer.get("sqnrDb").asDouble() > 0);
    assertFalse(layer.has("outputError"));
    assertEquals(2 + 32.0 / 256, layer.get("effectiveBitsPerWeight").asDouble());
    assertEquals(2 + 32.0 / 256, manifest.get("effectiveBitsPerWeight").asDouble());
    assertFalse(Files.exists(out().resolve("trace.jsonl")));
  }

  @Test
  void awqOnAModel() throws IOException {
    Golden golden = Golden.open("awq/llama_gqa.g32.duo");
    QuantSpec spec = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);
    QuantizeJob.of(GoldenModels.folder("llama_gqa"), out(), spec, Awq.DEFAULT)
        .with(Calibration.of(calibration(golden)))
        .traced()
        .run();
    SafetensorsFile raw = SafetensorsFile.open(out().resolve("quantized.safetensors"));
    assertEquals(14 * 4, raw.tensors().size());
    String down = "blk1/mlp.down_proj/best_scales";
    assertArrayEquals(
        golden.floats(down),
        raw.matrix("model.layers.1.mlp.down_proj.channel_scales").row(0),
        1e-4f);
    for (float scale : raw.matrix("model.layers.0.self_attn.o_proj.channel_scales").row(0)) {
      assertEquals(1, scale);
    }
    List<JsonNode> lines = trace();
    assertEquals(6 * 20, lines.size());
    assertEquals(6, lines.stream().filter(line -> line.get("best").asBoolean()).count());
    assertEquals(
        "self_attn.q_proj+self_attn.k_proj+self_attn.v_proj",
        lines.getFirst().get("group").asText());
    assertEquals(1, lines.getLast().get("block").asInt());
    JsonNode manifest = json(out().resolve("manifest.json"));
    assertEquals(8, manifest.get("calibration").get("windows").asInt());
    assertEquals(14, manifest.get("layers").size());
    assertTrue(manifest.get("layers").get(3).get("outputError").asDouble() > 0);
  }

  @Test
  void anyMethodMeasuresOutputsOnCalibrationText() {
    Golden golden = Golden.open("awq/llama_gqa.g32.duo");
    LayerFilter onlyDown = new LayerFilter(List.of("*.1.mlp.*"), List.of("*gate*"));
    QuantizeJob job =
        QuantizeJob.of(GoldenModels.folder("llama_gqa"), out(), QuantSpec.of(4, 32), new Rtn())
            .with(onlyDown)
            .with(Calibration.of(calibration(golden)));
    JobReport report = job.run();
    assertEquals(2, report.layers().size());
    assertEquals("model.layers.1.mlp.up_proj", report.layers().getFirst().layer());
    double error = report.layers().getFirst().outputError().orElseThrow();
    assertTrue(error > 0.01 && error < 0.2, () -> "output error " + error);
  }

  @Test
  void progressCountsWeights() {
    List<String> told = new ArrayList<>();
    Matrix small = Matrix.zeros(1, 64);
    Matrix large = Matrix.zeros(3, 64);
    QuantizeJob.of(weights("w", small, large), out(), FOUR, new Rtn())
        .run((fraction, layer) -> told.add(fraction + " " + layer));
    assertEquals(List.of("0.0 ", "0.25 w0", "1.0 w1"), told);
  }

  @Test
  void anInterruptedJobLeavesNothing() throws IOException {
    Path input = weights("w", Matrix.zeros(64, 64), Matrix.zeros(64, 64));
    QuantizeJob job = QuantizeJob.of(input, out(), FOUR, Hqq.DEFAULT).traced();
    assertThrows(
        InterruptedWork.class,
        () ->
            job.run((fraction, layer) -> {
              if (layer.equals("w0")) {
                Thread.currentThread().interrupt();
              }
            }));
    assertTrue(Thread.interrupted());
    try (var left = Files.list(folder)) {
      assertEquals(List.of(input), left.toList());
    }
  }

  @Test
  void weightsThatAreNoNumbersLeaveNothing() throws IOException {
    Path input = weights("w", Matrix.of(1, 64, new float[64]), Matrix.of(1, 64, filled(64)));
    QuantizeJob job = QuantizeJob.of(input, out(), FOUR, new Rtn());
    assertEquals(
        "layer w1: 64 of 64 values are not finite; the first is NaN in row 0, column 0. Repair or exclude it.",
        assertThrows(NonFiniteException.class, job::run).getMessage());
    try (var left = Files.list(folder)) {
      assertEquals(List.of(input), left.toList());
    }
  }

  private static float[] filled(int count) {
    float[] values = new float[count];
    java.util.Arrays.fill(values, Float.NaN);
    return values;
  }

  @Test
  void refusals() throws IOException {
    Path input = weights("w", Matrix.zeros(4, 96));
    assertEquals(
        "layer w0: in = 96 is no multiple of groupSize 64; nearest that divide it: 48, 96",
        assertThrows(
                ShapeException.class, () -> QuantizeJob.of(input, out(), FOUR, new Rtn()).run())
            .getMessage());
    QuantSpec spec = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);
    QuantizeJob awq = QuantizeJob.of(input, out(), spec, Awq.DEFAULT);
    assertEquals(
        "awq needs a model folder and calibration text, but %s is a single file of weights"
            .formatted(input),
        refusal(awq));
    assertEquals(
        "awq looks at what flows through the weights; give calibration text with --calib",
        refusal(QuantizeJob.of(GoldenModels.folder("llama_gqa"), out(), spec, Awq.DEFAULT)));
    QuantizeJob rtn = QuantizeJob.of(input, out(), spec, new Rtn());
    assertEquals(
        "no layer matches \"x*\"; the nearest is w0",
        refusal(rtn.with(new LayerFilter(List.of("x*"), List.of()))));
    assertEquals(
        "none of 1 layers is left; excluded are w?",
        refusal(rtn.with(new LayerFilter(List.of(), List.of("w?")))));
    assertEquals(
        "%s is a file of weights: text cannot run through it; give the model's folder"
            .formatted(input),
        refusal(rtn.with(Calibration.of(TokenWindows.of(1, 2)))));
    Files.createDirectory(out());
    Files.writeString(out().resolve("x"), "");
    assertEquals(
        "output folder %s is not empty; choose another or remove it".formatted(out()),
        refusal(rtn));
    QuantizeJob onto = QuantizeJob.of(input, input, spec, new Rtn());
    assertEquals(
        "output folder %s is a file; choose another or remove it".formatted(input), refusal(onto));
  }

  private static String refusal(QuantizeJob job) {
    return String.valueOf(assertThrows(JobException.class, job::run).getMessage());
  }

  /**
   * Two layers of a million weights each: 10.25 MiB at work, 64 MiB of slices, 256 of Java, the
   * heap.
   */
  @Test
  void aBoundThatTheLargestLayersDoNotFitIn() {
    Path input = weights("w", Matrix.zeros(1024, 1024), Matrix.zeros(1024, 1024));
    QuantizeJob job = QuantizeJob.of(input, out(), FOUR, new Rtn());
    job.requireMemory(430L << 20);
    assertEquals(
        "three layers at work take 427 MiB with Java itself, but --max-memory gives 400 MiB; give at least the former",
        assertThrows(JobException.class, () -> job.requireMemory(400L << 20)).getMessage());
  }

  @Test
  void anEmptyFolderIsFilled() throws IOException {
    Files.createDirectory(out());
    QuantizeJob.of(weights("w", Matrix.zeros(2, 64)), out(), FOUR, new Rtn()).run();
    assertTrue(Files.exists(out().resolve("manifest.json")));
  }

  @Test
  void aTypeWithoutExactFloats() {
    Path input = folder.resolve("doubles.safetensors");
    TensorInfo info = TensorInfo.matrix("d", DType.F64, new Shape(1, 64));
    try (SafetensorsWriter writer = SafetensorsWriter.create(input, List.of(info), Map.of())) {
      writer.write("d", MemorySegment.ofArray(new double[64]));
      writer.finish();
    }
    assertEquals(
        "layer d holds F64; F32, F16 and BF16 can be quantized: convert it or exclude it",
        refusal(QuantizeJob.of(input, out(), FOUR, new Rtn())));
  }

  @Test
  void aModelsReplacedWeightsAreWhatIsQuantized() {
    Model model = GoldenModels.open("llama_gqa");
    String layer = "model.layers.0.mlp.up_proj";
    Matrix halves = model.weight(layer).copy();
    for (long i = 0; i < halves.size(); i++) {
      halves.put(i, halves.at(i) / 2);
    }
    LayerSource source = LayerSource.of(model.withWeights(Map.of(layer, halves)));
    assertEquals(halves.at(7), source.weight(layer).at(7));
    String other = "model.layers.1.mlp.up_proj";
    assertEquals(model.weight(other).at(7), source.weight(other).at(7));
  }

  @Test
  void aFileWithoutMatrices() {
    Path input = weights("w");
    assertEquals(
        input + ": none of its 1 tensors is a float matrix",
        refusal(QuantizeJob.of(input, out(), FOUR, (QuantMethod) new Rtn())));
  }
}

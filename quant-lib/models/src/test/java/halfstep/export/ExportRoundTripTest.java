package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.Calibration;
import halfstep.job.QuantizeJob;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.testing.Golden;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportRoundTripTest {

  @TempDir private Path folder;

  private Path run(String model, QuantMethod method, QuantSpec spec) {
    Path run = folder.resolve("run");
    QuantizeJob job = QuantizeJob.of(GoldenModels.folder(model), run, spec, method);
    if (method instanceof QuantMethod.Calibrated) {
      Golden golden = Golden.open("awq/%s.g32.duo".formatted(model));
      job = job.with(Calibration.of(GoldenModels.windows(golden, "calib_ids")));
    }
    job.run();
    return run;
  }

  private static QuantMethod method(String name) {
    return switch (name) {
      case "rtn" -> new Rtn();
      case "hqq" -> Hqq.DEFAULT;
      case "awq" -> Awq.DEFAULT;
      case "awq+hqq" -> new AwqThen(Hqq.DEFAULT);
      case "gptq" -> Gptq.DEFAULT;
      case "gptq act-order" -> Gptq.DEFAULT.withActOrder(true);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static float[] logits(String name, Path model) {
    Matrix logits =
        Model.open(model).logits(GoldenModels.ids(GoldenModels.forward(name), "input_ids"));
    float[] values = new float[(int) logits.size()];
    logits.read(0, values, 0, values.length);
    return values;
  }

  private Path plain(Path of, String name) {
    Path plain = folder.resolve(name);
    new Export(of, plain, ExportFormat.PLAIN).run();
    return plain;
  }

  /**
   * The exported files, dequantized by their reader, are the run's weights up to what float16
   * scales and zeros lose, weight by weight; all other tensors are the run's, in float16 at worst.
   */
  @ParameterizedTest
  @CsvSource({
    "llama_gqa, rtn,            4, 32, INTEGER,   awq",
    "llama_gqa, awq,            4, 32, INTEGER,   awq",
    "llama_mha, awq,            4, 32, INTEGER,   awq",
    "llama_gqa, gptq,           4, 32, INTEGER,   gptq_v2",
    "llama_gqa, gptq act-order, 3, 32, INTEGER,   gptq_v2",
    "llama_gqa, rtn,            8, 64, SYMMETRIC, gptq",
    "llama_gqa, rtn,            2, 16, INTEGER,   gptq_v2",
    "llama_gqa, hqq,            4, 64, FLOAT,     hqq",
    "llama_gqa, hqq,            3, 64, FLOAT,     hqq",
    "llama_gqa, awq+hqq,        4, 64, FLOAT,     hqq",
    "llama_gqa, rtn,            3, 32, INTEGER,   compressed-tensors",
    "llama_gqa, rtn,            4, 64, SYMMETRIC, compressed-tensors",
    "llama_gqa, gptq act-order, 4, 32, INTEGER,   compressed-tensors",
    "llama_gqa, hqq,            4, 32, FLOAT,     gguf",
    "llama_gqa, awq,            4, 32, INTEGER,   gguf",
    "llama_gqa, rtn,            4, 32, SYMMETRIC, gguf",
    "llama_gqa, rtn,            8, 32, SYMMETRIC, gguf",
    "llama3_rope, hqq,          4, 64, FLOAT,     gguf",
    "llama_gqa, hqq,            5, 64, FLOAT,     gguf",
    "mixtral,   rtn,            4, 32, INTEGER,   awq",
    "mixtral,   hqq,            4, 64, FLOAT,     gguf",
    "mixtral,   awq,            4, 32, INTEGER,   awq",
    "qwen2,     rtn,            4, 32, SYMMETRIC, gguf",
  })
  void onlyFloat16IsLost(
      String model, String method, int bits, int group, ZeroPoint zero, String format) {
    Path run = run(model, method(method), QuantSpec.of(bits, group).with(zero));
    Path out = folder.resolve("out");
    ExportReport report = new Export(run, out, ExportFormat.of(format)).run();
    assertEquals(0, report.readBack().codesDiffering());
    QuantizedModel solved = FoldedModel.of(QuantizedModels.open(run));
    QuantizedModel written = QuantizedModels.open(out);
    for (String layer : solved.layers()) {
      if (written.layers().contains(layer)) {
        bounds(format, written.spec(layer).zeroPoint())
            .check(layer, solved.layer(layer), written.layer(layer).dequantized());
      } else {
        HalfBounds.WEIGHT.check(layer, solved.layer(layer), written.restMatrix(layer + ".weight"));
      }
    }
    solved.rest().forEach(info -> compareRest(info.name(), solved, written));
  }

  private static HalfBounds bounds(String format, ZeroPoint written) {
    if (written != ZeroPoint.FLOAT) {
      return HalfBounds.WHOLE_ZERO;
    }
    return format.equals("gguf") ? HalfBounds.MINIMUM : HalfBounds.FLOAT_ZERO;
  }

  private static void compareRest(String tensor, QuantizedModel solved, QuantizedModel written) {
    Matrix expected = solved.restMatrix(tensor);
    Matrix actual = written.restMatrix(tensor);
    assertEquals(expected.shape(), actual.shape(), tensor);
    for (long i = 0; i < expected.size(); i++) {
      double moved = Math.abs((double) expected.at(i) - actual.at(i));
      assertTrue(moved <= HalfBounds.half(expected.at(i)), () -> tensor + " moved by " + moved);
    }
  }

  /**
   * Channel scales that went into norms and layers change no answer: the bound is that of a forward
   * pass in another order of sums.
   */
  @ParameterizedTest
  @CsvSource({"llama_gqa, awq", "llama_mha, awq", "llama_gqa, awq+hqq", "mixtral, awq"})
  void foldingChangesNoAnswer(String model, String method) throws IOException {
    ZeroPoint zero = method.equals("awq") ? ZeroPoint.INTEGER : ZeroPoint.FLOAT;
    Path run = run(model, method(method), QuantSpec.of(4, 32).with(zero));
    QuantizedModel scaled = QuantizedModels.open(run);
    float[] expected = logits(model, inFloat32(scaled, "scaled"));
    float[] actual = logits(model, inFloat32(FoldedModel.of(scaled), "folded"));
    double worst = GoldenModels.worst(expected, actual);
    assertTrue(worst < 1e-4, () -> "logits differ by " + worst);
  }

  /** A plain folder in which no tensor is rounded to 16 bits. */
  private Path inFloat32(QuantizedModel model, String name) throws IOException {
    QuantizedModel widened =
        new ChangedModel(model) {
          @Override
          public List<TensorInfo> rest() {
            return super.rest().stream()
                .map(info -> new TensorInfo(info.name(), DType.F32, info.shape()))
                .toList();
          }

          @Override
          public void restBytes(String tensor, Consumer<MemorySegment> use) {
            use.accept(restMatrix(tensor).segment());
          }
        };
    Path plain = Files.createDirectory(folder.resolve(name));
    new PlainWriter(widened, Export.Settings.DEFAULT).write(plain, layer -> {});
    return plain;
  }

  /** An export is given away; where things lay on the disk of its maker is nobody's business. */
  @Test
  void theManifestNamesNoFolder() throws IOException {
    Path run = run("llama_gqa", Awq.DEFAULT, QuantSpec.of(4, 32).with(ZeroPoint.INTEGER));
    Path awq = folder.resolve("awq");
    Path gguf = folder.resolve("gguf");
    new Export(run, awq, ExportFormat.AWQ).run();
    new Export(awq, gguf, ExportFormat.GGUF).run();
    for (Path out : List.of(awq, gguf)) {
      String manifest = Files.readString(out.resolve("manifest.json"));
      assertTrue(manifest.contains("readBack"), manifest);
      for (Path secret : List.of(folder, GoldenModels.folder("llama_gqa"))) {
        assertFalse(manifest.contains(secret.toString()), manifest);
      }
      assertFalse(manifest.contains("\"/"), manifest);
    }
    String manifest = Files.readString(awq.resolve("manifest.json"));
    assertTrue(manifest.contains("\"file\" : \"model.safetensors\""), manifest);
    assertTrue(manifest.contains("\"model\" : \"llama_gqa\""), manifest);
  }

  @Test
  void shardsAndTheirIndex() throws IOException {
    Path run = run("llama_gqa", new Rtn(), QuantSpec.of(4, 32).with(ZeroPoint.INTEGER));
    Path one = folder.resolve("one");
    Path many = folder.resolve("many");
    new Export(run, one, ExportFormat.AWQ).run();
    new Export(run, many, ExportFormat.AWQ, Export.Settings.DEFAULT.withShardBytes(20_000)).run();
    try (Stream<Path> files = Files.list(many)) {
      assertTrue(files.filter(file -> file.toString().endsWith(".safetensors")).count() > 3);
    }
    assertTrue(Files.exists(many.resolve("model.safetensors.index.json")));
    assertEquals(
        0.0,
        GoldenModels.worst(
            logits("llama_gqa", plain(one, "a")), logits("llama_gqa", plain(many, "b"))));
  }

  @Test
  void anInterruptedExportLeavesNothing() throws IOException {
    Path run = run("llama_gqa", new Rtn(), QuantSpec.of(4, 32).with(ZeroPoint.INTEGER));
    Export export = new Export(run, folder.resolve("out"), ExportFormat.GPTQ_V2);
    assertThrows(
        InterruptedWork.class,
        () ->
            export.run((fraction, layer) -> {
              if (fraction > 0.3) {
                Thread.currentThread().interrupt();
              }
            }));
    assertTrue(Thread.interrupted());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(1, left.count());
    }
  }

  @Test
  void floatZerosAreRoundedOnlyWhenAskedFor() {
    Path run = run("llama_gqa", Hqq.DEFAULT, QuantSpec.of(4, 64));
    Path out = folder.resolve("out");
    String refusal =
        String.valueOf(
            assertThrows(ExportException.class, () -> new Export(run, out, ExportFormat.AWQ).run())
                .getMessage());
    assertTrue(refusal.contains("--zero integer"), refusal);
    assertFalse(Files.exists(out));
    Export.Settings rounding = Export.Settings.DEFAULT.withIntegerZeros(true);
    ExportReport report = new Export(run, out, ExportFormat.AWQ, rounding).run();
    assertTrue(report.remarks().getFirst().startsWith("integer zeros: mean relative error 0."));
  }

  @ParameterizedTest
  @CsvSource({
    "awq, gptq_v2",
    "gptq_v2, compressed-tensors",
    "compressed-tensors, awq",
    "awq, gguf"
  })
  void convertsWithoutLoss(String from, String to) {
    Path run = run("llama_gqa", new Rtn(), QuantSpec.of(4, 32).with(ZeroPoint.INTEGER));
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    new Export(run, first, ExportFormat.of(from)).run();
    ExportReport report = new Export(first, second, ExportFormat.of(to)).run();
    double lost = report.readBack().largestDeviation();
    // Q4_1 rounds scale and minimum of sixteen steps at most, in a layer of at least eight
    assertTrue(lost <= (to.equals("gguf") ? 4 * 0x1p-11 : 0), () -> "weights differ by " + lost);
  }

  @Test
  void whatTheFormatCannotHold() {
    Path run = run("llama_gqa", new Rtn(), QuantSpec.of(5, 32).with(ZeroPoint.INTEGER));
    assertEquals(
        "layer model.layers.0.self_attn.q_proj: AWQ checkpoints hold 4 bits, not 5; use --bits 4,"
            + " or gptq or compressed-tensors",
        refusal(run, ExportFormat.AWQ));
    assertEquals(
        "GPTQ checkpoints hold 2, 3, 4 or 8 bits, not 5; use one of them, or compressed-tensors",
        refusal(run, ExportFormat.GPTQ));
  }

  private String refusal(Path run, ExportFormat format) {
    Export export = new Export(run, folder.resolve("out"), format);
    return String.valueOf(assertThrows(ExportException.class, export::run).getMessage());
  }
}

import halfstep.compose.Quantize;
import halfstep.job.Calibration;
import halfstep.lab.form.Form;
import halfstep.llm.Model;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Our side: quantizes what {@code peers.py} asks for, at 4 bits in groups of 64, and writes the
 * weights that the codes stand for. Arguments: method, subject, tokens, output.
 *
 * <p>The subject is a model's folder, whose layers are calibrated by the tokens, or a safetensors
 * file with a matrix {@code W} (out × in) and its inputs {@code X} (tokens × in). On stdout: seconds
 * of the first and of the third run in this process, and effective bits per weight.
 */
final class Ours {

  private static final int RUNS = 3;

  private Ours() {}

  public static void main(String[] arguments) {
    String name = arguments[0];
    Path subject = Path.of(arguments[1]);
    if (name.equals("nothing")) {
      Model.open(subject);
      return;
    }
    QuantMethod method =
        switch (name) {
          case "hqq" -> QuantMethod.Hqq.DEFAULT;
          case "awq" -> QuantMethod.Awq.DEFAULT;
          case "gptq" -> Gptq.DEFAULT;
          default -> throw new IllegalArgumentException("no method " + name + "; hqq, awq, gptq");
        };
    Supplier<Map<String, QuantizedMatrix>> work =
        Files.isDirectory(subject)
            ? model(method, Model.open(subject), Calibration.ofTokens(Path.of(arguments[2]), 1000))
            : matrix(method, SafetensorsFile.open(subject));
    double[] seconds = new double[RUNS];
    Map<String, QuantizedMatrix> found = Map.of();
    for (int run = 0; run < RUNS; run++) {
      long begun = System.nanoTime();
      found = work.get();
      seconds[run] = (System.nanoTime() - begun) / 1e9;
    }
    write(Path.of(arguments[3]), found);
    System.out.printf(
        Locale.ROOT,
        "{\"first\": %.4f, \"warm\": %.4f, \"bits\": %.4f}%n",
        seconds[0],
        seconds[RUNS - 1],
        Form.bitsPerWeight(found));
  }

  private static Supplier<Map<String, QuantizedMatrix>> model(
      QuantMethod method, Model model, Calibration calibration) {
    Form form = Form.of(method, 4, 64);
    return () -> form.quantize(model, model.layers(), calibration, done -> {});
  }

  private static Supplier<Map<String, QuantizedMatrix>> matrix(
      QuantMethod method, SafetensorsFile file) {
    Matrix w = file.matrix("W");
    Matrix x = file.matrix("X");
    QuantSpec spec = method.fitted(QuantSpec.of(4, 64));
    return () ->
        Map.of(
            "W",
            switch (method) {
              case QuantMethod.DataFree free -> Quantize.dataFree(w, spec, free);
              case QuantMethod.Calibrated looks -> Quantize.calibrated(w, spec, looks, x);
            });
  }

  private static void write(Path file, Map<String, QuantizedMatrix> found) {
    List<TensorInfo> tensors = new ArrayList<>();
    found.forEach((name, w) -> tensors.add(TensorInfo.matrix(name, DType.F32, w.shape())));
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, Map.of())) {
      found.forEach((name, w) -> writer.write(name, w.dequantized().segment()));
      writer.finish();
    }
  }
}

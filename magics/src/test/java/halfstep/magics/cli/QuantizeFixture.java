package halfstep.magics.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.quant.ChannelScales;
import halfstep.safetensors.SafetensorsFile;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code halfstep quantize} on an embedded model, and reads what it wrote. */
abstract class QuantizeFixture {

  static final Path NATURAL = Path.of("..", "notebooks", "models", "natural");
  static final Path PROSE = Path.of("..", "notebooks", "data", "prose.txt");
  static final String DOWN = "model.layers.0.mlp.down_proj";

  @TempDir private Path folder = Path.of("");

  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();

  private int runs;

  Path result() {
    return folder.resolve("out" + runs);
  }

  int run(String... more) {
    runs++;
    return Main.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        words(result(), List.of(more)).toArray(String[]::new));
  }

  static List<String> words(Path into, List<String> more) {
    List<String> words = new ArrayList<>(List.of("quantize", NATURAL.toString()));
    words.addAll(List.of("--out", into.toString(), "--json"));
    words.addAll(List.of("--calib", PROSE.toString()));
    words.addAll(List.of("--calib-samples", "4", "--calib-length", "64"));
    words.addAll(more);
    return words;
  }

  JsonNode manifest() throws IOException {
    return json(Files.readString(result().resolve("manifest.json")));
  }

  SafetensorsFile raw() {
    return SafetensorsFile.open(result().resolve("quantized.safetensors"));
  }

  List<JsonNode> trace() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(result().resolve("trace.jsonl"))) {
      lines.add(json(line));
    }
    return lines;
  }

  static JsonNode json(String text) throws IOException {
    return JsonMapper.builder().build().readTree(text);
  }

  static JsonNode layer(JsonNode manifest, String name) {
    for (JsonNode layer : manifest.path("layers")) {
      if (layer.path("layer").asText().equals(name)) {
        return layer;
      }
    }
    throw new AssertionError("no layer " + name);
  }

  /** ŵ as the contract of the raw format writes it. */
  static Matrix dequantized(SafetensorsFile raw, String layer) {
    Shape shape = raw.info(layer + ".codes").matrixShape();
    long[] codes = raw.integers(layer + ".codes");
    Matrix scales = raw.matrix(layer + ".scales");
    Matrix zeros = raw.matrix(layer + ".zeros");
    int in = (int) shape.cols();
    int size = in / (int) scales.cols();
    long[] index = raw.contains(layer + ".g_idx") ? raw.integers(layer + ".g_idx") : null;
    Matrix result = Matrix.zeros(shape.rows(), in);
    for (int r = 0; r < shape.rows(); r++) {
      for (int c = 0; c < in; c++) {
        long group = index == null ? c / size : index[c];
        float value = (codes[r * in + c] - zeros.get(r, group)) * scales.get(r, group);
        result.set(r, c, value);
      }
    }
    if (raw.contains(layer + ".channel_scales")) {
      ChannelScales.of(raw.matrix(layer + ".channel_scales").row(0)).divide(result);
    }
    return result;
  }

  static double relativeError(Matrix original, Matrix approximation) {
    double error = 0;
    double norm = 0;
    for (long i = 0; i < original.size(); i++) {
      error += Math.pow(original.at(i) - approximation.at(i), 2);
      norm += Math.pow(original.at(i), 2);
    }
    return Math.sqrt(error / norm);
  }
}

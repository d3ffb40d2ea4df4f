package halfstep.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.backend.Devices;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LayerError;
import halfstep.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/** {@code manifest.json}: what went in, with which parameters, and what it cost per layer. */
final class Manifest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final ObjectNode root = JSON.createObjectNode();

  private final JobInputs inputs;

  Manifest(QuantizeJob job, JobInputs inputs) {
    this.inputs = inputs;
    String version = Manifest.class.getPackage().getImplementationVersion();
    root.put("version", version == null ? "development" : version);
    root.put("format", "raw");
    root.put("method", job.method().label());
    MethodParameters.into(root.putObject("parameters"), job.method());
    SpecJson.into(root.putObject("spec"), job.specs().usual());
    ArrayNode overrides = root.putArray("overrides");
    job.specs().rules().forEach(rule -> overrides.add(rule.toString()));
    filter(job.filter());
    root.set("inputs", inputs.json());
    Calibration calibration = job.calibration();
    if (calibration == null) {
      root.putNull("calibration");
    } else {
      calibration.into(root.putObject("calibration"));
    }
    // nothing in these methods is drawn at random
    root.putNull("seed");
    root.put("device", Devices.label());
  }

  private void filter(LayerFilter filter) {
    ArrayNode include = root.putArray("include");
    filter.include().forEach(include::add);
    ArrayNode exclude = root.putArray("exclude");
    filter.exclude().forEach(exclude::add);
  }

  /** What was to be done, before anything was: two jobs of equal plans give equal results. */
  ObjectNode plan() {
    return root.deepCopy();
  }

  /** All of it, when it is done and the inputs are hashed. */
  ObjectNode of(JobReport report) {
    root.set("inputs", inputs.json());
    root.put("seconds", report.seconds());
    root.put("effectiveBitsPerWeight", report.bitsPerWeight());
    ArrayNode remarks = root.putArray("remarks");
    report.remarks().forEach(remarks::add);
    layers(root.putArray("layers"), report.layers());
    return root;
  }

  static void write(Path file, ObjectNode manifest) {
    try {
      JSON.writeValue(file.toFile(), manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /**
   * In what a finished job differs from this one.
   *
   * @param finished its manifest
   * @param shown how that one shows what this one says
   */
  List<String> differences(ObjectNode finished, UnaryOperator<ObjectNode> shown) {
    ObjectNode before = finished.deepCopy();
    before.retain(root.properties().stream().map(Map.Entry::getKey).toList());
    return new ArrayList<>(Differences.between(before, shown.apply(plan())));
  }

  static ObjectNode read(Path file) {
    try {
      if (JSON.readTree(file.toFile()) instanceof ObjectNode object) {
        return object;
      }
      throw new JobException(file + " is no manifest");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /** What a job did that is complete, from its manifest. */
  static JobReport report(
      QuantizeJob job, LayerSource source, List<String> layers, ObjectNode root) {
    List<LayerError> errors = new ArrayList<>();
    for (JsonNode node : root.path("layers")) {
      errors.add(error(node, source.shape(node.path("layer").asText()), job));
    }
    if (errors.size() != layers.size()) {
      throw new JobException(
          "the manifest of %s lists %d of %d layers; remove the folder and begin anew"
              .formatted(job.out(), errors.size(), layers.size()));
    }
    List<String> remarks = new ArrayList<>();
    root.path("remarks").forEach(remark -> remarks.add(remark.asText()));
    return JobReport.of(job.out(), errors, remarks, root.path("seconds").asDouble());
  }

  private static LayerError error(JsonNode node, Shape shape, QuantizeJob job) {
    ErrorMetrics weights =
        new ErrorMetrics(
            node.path("meanAbsError").asDouble(),
            node.path("meanSquareError").asDouble(),
            node.path("maxAbsError").asDouble(),
            node.path("relativeFrobenius").asDouble(),
            node.path("sqnrDb").asDouble(Double.POSITIVE_INFINITY),
            node.path("cosine").asDouble());
    return new LayerError(
        node.path("layer").asText(),
        shape,
        job.method(),
        SpecJson.of(node.path("spec")),
        node.path("effectiveBitsPerWeight").asDouble(),
        weights,
        node.has("outputError")
            ? OptionalDouble.of(node.path("outputError").asDouble())
            : OptionalDouble.empty());
  }

  private static void layers(ArrayNode nodes, List<LayerError> layers) {
    for (LayerError layer : layers) {
      ObjectNode node = nodes.addObject().put("layer", layer.layer());
      SpecJson.into(node.putObject("spec"), layer.spec());
      node.put("meanAbsError", layer.weights().meanAbs())
          .put("meanSquareError", layer.weights().meanSquare())
          .put("maxAbsError", layer.weights().maxAbs())
          .put("relativeFrobenius", layer.weights().relativeFrobenius())
          .put("cosine", layer.weights().cosine());
      // JSON knows no infinity: a layer that lost nothing has no ratio
      if (Double.isFinite(layer.weights().sqnrDb())) {
        node.put("sqnrDb", layer.weights().sqnrDb());
      } else {
        node.putNull("sqnrDb");
      }
      layer.outputError().ifPresent(error -> node.put("outputError", error));
      node.put("effectiveBitsPerWeight", layer.bitsPerWeight());
    }
  }
}

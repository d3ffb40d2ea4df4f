package halfstep.job;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.backend.Devices;
import halfstep.metric.LayerError;
import halfstep.quant.QuantSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** {@code manifest.json}: what went in, with which parameters, and what it cost per layer. */
final class Manifest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final ObjectNode root = JSON.createObjectNode();

  Manifest(QuantizeJob job, LayerSource source) {
    String version = Manifest.class.getPackage().getImplementationVersion();
    root.put("version", version == null ? "development" : version);
    root.put("format", "raw");
    root.put("method", job.method().label());
    MethodParameters.into(root.putObject("parameters"), job.method());
    spec(root.putObject("spec"), job.specs().usual());
    ArrayNode overrides = root.putArray("overrides");
    job.specs().rules().forEach(rule -> overrides.add(rule.toString()));
    filter(job.filter());
    ArrayNode inputs = root.putArray("inputs");
    for (Path file : source.files()) {
      inputs.addObject().put("file", file.toString()).put("sha256", Digests.sha256(file));
    }
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

  private static void spec(ObjectNode node, QuantSpec spec) {
    node.put("bits", spec.bits().label());
    switch (spec.groupSize()) {
      case QuantSpec.WHOLE -> node.put("groupSize", "row");
      case QuantSpec.TENSOR -> node.put("groupSize", "tensor");
      default -> node.put("groupSize", spec.groupSize());
    }
    node.put("axis", spec.axis().number()).put("zeroPoint", spec.zeroPoint().name());
  }

  void write(Path file, JobReport report) {
    root.put("seconds", report.seconds());
    root.put("effectiveBitsPerWeight", report.bitsPerWeight());
    ArrayNode remarks = root.putArray("remarks");
    report.remarks().forEach(remarks::add);
    layers(root.putArray("layers"), report.layers());
    try {
      JSON.writeValue(file.toFile(), root);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  private static void layers(ArrayNode nodes, List<LayerError> layers) {
    for (LayerError layer : layers) {
      ObjectNode node = nodes.addObject().put("layer", layer.layer());
      spec(node.putObject("spec"), layer.spec());
      node.put("meanAbsError", layer.weights().meanAbs())
          .put("relativeFrobenius", layer.weights().relativeFrobenius());
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

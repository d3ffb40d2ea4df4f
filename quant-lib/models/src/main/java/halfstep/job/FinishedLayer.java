package halfstep.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LayerError;
import halfstep.quant.QuantMethod;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the work log keeps of a layer whose tensors are written: all that the manifest and the trace
 * will say of it, and how to tell that the tensors are intact.
 *
 * @param error what quantizing it cost
 * @param remarks what a reader should know
 * @param trace lines of {@code trace.jsonl} as they will be written
 * @param stored checksums of its tensors, and how they were read back
 */
record FinishedLayer(
    LayerError error, List<String> remarks, List<String> trace, LayerStore.Stored stored) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  FinishedLayer {
    remarks = List.copyOf(remarks);
    trace = List.copyOf(trace);
  }

  static FinishedLayer of(QuantizedLayer layer, LayerStore.Stored stored) {
    List<String> trace = layer.trace().stream().map(TraceWriter::line).toList();
    return new FinishedLayer(layer.error(), layer.remarks(), trace, stored);
  }

  String layer() {
    return error.layer();
  }

  /** Doubles are text: JSON knows no infinity, and no digit may be lost. */
  ObjectNode json() {
    ObjectNode node = JSON.createObjectNode().put("layer", layer());
    SpecJson.into(node.putObject("spec"), error.spec());
    ErrorMetrics weights = error.weights();
    put(node, "meanAbs", weights.meanAbs());
    put(node, "meanSquare", weights.meanSquare());
    put(node, "maxAbs", weights.maxAbs());
    put(node, "relativeFrobenius", weights.relativeFrobenius());
    put(node, "sqnrDb", weights.sqnrDb());
    put(node, "cosine", weights.cosine());
    put(node, "bitsPerWeight", error.bitsPerWeight());
    error.outputError().ifPresent(output -> put(node, "outputError", output));
    remarks.forEach(node.putArray("remarks")::add);
    trace.forEach(node.putArray("trace")::add);
    stored.deviation().ifPresent(deviation -> put(node, "deviation", deviation));
    ObjectNode sums = node.putObject("crc32c");
    stored.checksums().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(sum -> sums.put(sum.getKey(), sum.getValue()));
    return node;
  }

  private static void put(ObjectNode node, String key, double value) {
    node.put(key, Double.toString(value));
  }

  /** Reads what {@link #json} wrote. */
  static FinishedLayer of(ObjectNode node, Shape shape, QuantMethod method) {
    ErrorMetrics weights =
        new ErrorMetrics(
            number(node, "meanAbs"),
            number(node, "meanSquare"),
            number(node, "maxAbs"),
            number(node, "relativeFrobenius"),
            number(node, "sqnrDb"),
            number(node, "cosine"));
    LayerError error =
        new LayerError(
            node.path("layer").asText(),
            shape,
            method,
            SpecJson.of(node.path("spec")),
            number(node, "bitsPerWeight"),
            weights,
            optional(node, "outputError"));
    Map<String, Long> sums = new LinkedHashMap<>();
    node.path("crc32c")
        .properties()
        .forEach(sum -> sums.put(sum.getKey(), sum.getValue().asLong()));
    return new FinishedLayer(
        error,
        texts((ArrayNode) node.path("remarks")),
        texts((ArrayNode) node.path("trace")),
        new LayerStore.Stored(sums, optional(node, "deviation")));
  }

  private static OptionalDouble optional(JsonNode node, String key) {
    return node.has(key) ? OptionalDouble.of(number(node, key)) : OptionalDouble.empty();
  }

  private static double number(JsonNode node, String key) {
    return Double.parseDouble(node.path(key).asText());
  }

  private static List<String> texts(ArrayNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}

package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.job.HomePath;
import halfstep.pack.Packed;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.ChannelScales;
import halfstep.quant.Codes;
import halfstep.quant.GroupIndex;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@code quantize} leaves: {@code quantized.safetensors} and {@code manifest.json}, beside the
 * model that was quantized, which holds everything else.
 */
final class RawRun implements QuantizedModel {

  static final String FILE = "quantized.safetensors";
  static final String MANIFEST = "manifest.json";
  static final String TRACE = "trace.jsonl";

  private final Path folder;
  private final TensorFiles files;
  private final FloatModel model;
  private final Map<String, QuantSpec> specs = new LinkedHashMap<>();

  /**
   * @param elsewhere where the original model is now, or null: where the manifest says
   */
  RawRun(Path folder, @Nullable Path elsewhere) {
    this.folder = folder;
    this.files = TensorFiles.open(folder.resolve(FILE));
    ObjectNode manifest = JsonFiles.read(folder.resolve(MANIFEST));
    this.model = new FloatModel(elsewhere != null ? elsewhere : modelOf(folder, manifest));
    for (JsonNode layer : manifest.path("layers")) {
      specs.put(layer.path("layer").asText(), spec(layer.path("spec")));
    }
    requireLayers();
  }

  private void requireLayers() {
    for (String layer : specs.keySet()) {
      for (String part : List.of(".codes", ".scales", ".zeros")) {
        if (!files.contains(layer + part)) {
          throw ExportException.ofFile(
              files.path(), "it lacks %s%s, which the manifest promises".formatted(layer, part));
        }
      }
    }
    if (specs.isEmpty()) {
      throw ExportException.ofFile(folder.resolve(MANIFEST), "it lists no layers");
    }
  }

  private static Path modelOf(Path folder, ObjectNode manifest) {
    for (JsonNode input : manifest.path("inputs")) {
      Path file = HomePath.of(input.path("file").asText(""));
      if (file.endsWith("config.json")) {
        Path found = file.toAbsolutePath().getParent();
        if (found != null && Files.isRegularFile(found.resolve("config.json"))) {
          return found;
        }
        throw ExportException.ofFile(
            folder,
            "the model it was made of is not in %s any more; say where with --model"
                .formatted(found));
      }
    }
    throw ExportException.ofFile(
        folder,
        "it was made of a bare file of weights, and a checkpoint needs a model's config.json;"
            + " quantize the model's folder");
  }

  private static QuantSpec spec(JsonNode node) {
    String group = node.path("groupSize").asText();
    int size =
        switch (group) {
          case "row" -> QuantSpec.WHOLE;
          case "tensor" -> QuantSpec.TENSOR;
          default -> Integer.parseInt(group);
        };
    return new QuantSpec(
        Bits.of(node.path("bits").asText()),
        size,
        Axis.of(node.path("axis").asInt()),
        ZeroPoint.valueOf(node.path("zeroPoint").asText()));
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public String scheme() {
    return "raw";
  }

  @Override
  public Optional<Path> companions() {
    return Optional.of(model.folder());
  }

  @Override
  public ObjectNode config() {
    return model.config();
  }

  @Override
  public List<String> layers() {
    return List.copyOf(specs.keySet());
  }

  @Override
  public Shape shape(String layer) {
    return files.info(layer + ".codes").matrixShape();
  }

  @Override
  public QuantSpec spec(String layer) {
    QuantSpec spec = specs.get(layer);
    if (spec == null) {
      throw ExportException.ofFile(folder, "it holds no layer " + layer);
    }
    return spec;
  }

  @Override
  public QuantizedMatrix layer(String layer) {
    Shape shape = shape(layer);
    Codes codes = Codes.zeros(shape);
    Packed words = files.packed(layer + ".codes", Byte.SIZE);
    MemorySegment.copy(words.segment(), 0, codes.segment(), 0, shape.size());
    Shape groups = spec(layer).grouping(shape).paramShape();
    return new QuantizedMatrix(
        spec(layer),
        codes,
        new GroupParams(
            files.matrix(layer + ".scales").reshaped(groups.rows(), groups.cols()),
            files.matrix(layer + ".zeros").reshaped(groups.rows(), groups.cols())),
        channelScales(layer),
        index(layer, shape));
  }

  @Override
  public boolean indexed(String layer) {
    return index(layer, shape(layer)) != null;
  }

  @Override
  public @Nullable ChannelScales channelScales(String layer) {
    String tensor = layer + ".channel_scales";
    return files.contains(tensor) ? ChannelScales.of(files.matrix(tensor).row(0)) : null;
  }

  private @Nullable GroupIndex index(String layer, Shape shape) {
    return IntegerTensors.index(files, layer + ".g_idx", spec(layer), shape);
  }

  @Override
  public Optional<Matrix> original(String layer) {
    return Optional.of(model.weight(layer));
  }

  @Override
  public List<TensorInfo> rest() {
    return model.without(specs.keySet());
  }

  @Override
  public Matrix restMatrix(String tensor) {
    return model.matrix(tensor);
  }

  @Override
  public void restBytes(String tensor, Consumer<MemorySegment> use) {
    model.bytes(tensor, use);
  }
}

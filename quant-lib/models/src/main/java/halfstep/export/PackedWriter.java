package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.export.LayerFormat.Contents;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Safetensors with packed layers, the rest of the model beside them, in the memory of one layer.
 */
final class PackedWriter implements CheckpointWriter {

  private static final String QUANTIZATION = "quantization_config";

  private final QuantizedModel model;
  private final LayerFormat format;
  private final Export.Settings settings;

  PackedWriter(QuantizedModel model, LayerFormat format, Export.Settings settings) {
    this.model = model;
    this.format = format;
    this.settings = settings;
  }

  @Override
  public void requirePossible() {
    for (String layer : model.layers()) {
      Optional<String> refusal =
          format.refusal(model.spec(layer), model.shape(layer), model.indexed(layer));
      if (refusal.isPresent()) {
        throw ExportException.ofLayer(layer, refusal.get());
      }
    }
    boolean mixes = format instanceof CompressedTensorsFormat;
    if (!mixes && !contents().uniform()) {
      throw new ExportException(
          "a %s checkpoint says one width and group size for all layers, but these have several; export compressed-tensors or gguf, which name them layer by layer"
              .formatted(format.label()));
    }
  }

  @Override
  public List<String> remarks() {
    return List.of();
  }

  @Override
  public boolean lossless() {
    return true;
  }

  @Override
  public void write(Path folder, Consumer<String> done) {
    try (ShardedWriter writer = new ShardedWriter(folder, tensors(), settings.shardBytes())) {
      for (String layer : model.layers()) {
        Parallel.checkInterrupt("exporting " + layer);
        format.write(layer, model.layer(layer), writer);
        done.accept(layer);
      }
      RestCopy rest = new RestCopy(model, writer);
      while (!rest.isDone()) {
        rest.copy(Long.MAX_VALUE);
      }
      writer.finish();
    }
    furnish(folder);
  }

  /** All tensors, in the order in which files take them. */
  List<TensorInfo> tensors() {
    List<TensorInfo> tensors = new ArrayList<>();
    model.layers().forEach(layer -> tensors.addAll(tensors(layer)));
    tensors.addAll(model.rest());
    return tensors;
  }

  List<TensorInfo> tensors(String layer) {
    return format.tensors(layer, model.spec(layer), model.shape(layer), model.indexed(layer));
  }

  LayerFormat format() {
    return format;
  }

  /** Writes what lies beside the tensors. */
  void furnish(Path folder) {
    configure(folder);
    model.companions().ifPresent(from -> Companions.copy(from, folder));
  }

  /** {@code config.json} as it will be. */
  ObjectNode config() {
    ObjectNode config = model.config();
    config.set(QUANTIZATION, format.config(contents()));
    return config;
  }

  private void configure(Path folder) {
    ObjectNode config = config();
    JsonNode quantization = config.get(QUANTIZATION);
    JsonFiles.write(folder.resolve("config.json"), config);
    switch (format) {
      case GptqFormat _ -> JsonFiles.write(folder.resolve("quantize_config.json"), quantization);
      case AwqFormat _ -> JsonFiles.write(folder.resolve("quant_config.json"), quantization);
      default -> {}
    }
  }

  private Contents contents() {
    List<Contents.Layer> layers =
        model.layers().stream()
            .map(layer ->
                new Contents.Layer(
                    layer, model.spec(layer), model.shape(layer), model.indexed(layer)))
            .toList();
    return new Contents(layers, floats());
  }

  /** Linear layers that stay floats: those with a matrix for a weight, but for embeddings. */
  private List<String> floats() {
    List<String> floats = new ArrayList<>(List.of("lm_head"));
    for (TensorInfo info : model.rest()) {
      String name = info.name().replaceFirst("\\.weight$", "");
      boolean linear = info.isMatrix() && !name.equals(info.name()) && !name.contains("embed");
      if (linear && !floats.contains(name)) {
        floats.add(name);
      }
    }
    return floats;
  }

  @Override
  public WrittenModel reopen(Path folder) {
    QuantizedModel written = QuantizedModels.open(folder);
    for (String layer : model.layers()) {
      Shape shape = written.shape(layer);
      if (!shape.equals(model.shape(layer))) {
        throw ExportException.ofLayer(layer, "it was written as " + shape);
      }
    }
    return WrittenModel.of(written);
  }
}

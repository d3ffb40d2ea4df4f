package halfstep.export;

import halfstep.quant.Codes;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Dequantized weights under their usual names: loads wherever the original does. */
final class PlainWriter implements CheckpointWriter {

  private final QuantizedModel model;
  private final Export.Settings settings;
  private final DType dtype;

  PlainWriter(QuantizedModel model, Export.Settings settings) {
    this.model = model;
    this.settings = settings;
    this.dtype =
        switch (settings.plainType()) {
          case "F32" -> DType.F32;
          case "F16" -> DType.F16;
          case "BF16" -> DType.BF16;
          default ->
              throw new ExportException(
                  "plain weights are F32, F16 or BF16, not " + settings.plainType());
        };
  }

  @Override
  public void requirePossible() {}

  @Override
  public List<String> remarks() {
    return List.of("plain weights take as much room as the original; nothing is smaller");
  }

  @Override
  public boolean lossless() {
    return false;
  }

  @Override
  public void write(Path folder, Consumer<String> done) {
    List<TensorInfo> tensors = new ArrayList<>();
    for (String layer : model.layers()) {
      tensors.add(TensorInfo.matrix(layer + ".weight", dtype, model.shape(layer)));
    }
    List<TensorInfo> rest = model.rest();
    tensors.addAll(rest);
    try (ShardedWriter writer = new ShardedWriter(folder, tensors, settings.shardBytes())) {
      for (String layer : model.layers()) {
        Parallel.checkInterrupt("exporting " + layer);
        Matrix weight = model.layer(layer).dequantized();
        writer.write(layer + ".weight", bytes(weight, layer));
        done.accept(layer);
      }
      for (TensorInfo info : rest) {
        model.restBytes(info.name(), bytes -> writer.write(info.name(), bytes));
      }
      writer.finish();
    }
    JsonFiles.write(folder.resolve("config.json"), model.config());
    model.companions().ifPresent(from -> Companions.copy(from, folder));
  }

  private MemorySegment bytes(Matrix weight, String layer) {
    return switch (dtype) {
      case F16 -> HalfTensors.float16(weight, layer + " weights");
      case BF16 -> HalfTensors.bfloat16(weight);
      default -> weight.segment();
    };
  }

  @Override
  public WrittenModel reopen(Path folder) {
    TensorFiles files = TensorFiles.open(folder);
    return new WrittenModel() {
      @Override
      public Codes codes(String layer) {
        throw new IllegalStateException("plain weights have no codes");
      }

      @Override
      public Matrix weight(String layer) {
        return files.matrix(layer + ".weight");
      }
    };
  }
}

package halfstep.export;

import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model whose files nobody vouches for: widths, shapes and groups that cannot be are refused as
 * the file's, by {@link ExportException}, wherever a reader stumbles over them.
 */
final class CheckedModel extends ChangedModel {

  CheckedModel(QuantizedModel model) {
    super(model);
  }

  private String named(String layer) {
    return "layer %s in %s".formatted(layer, model.scheme());
  }

  @Override
  public Shape shape(String layer) {
    return ExportException.reading(path(), named(layer), () -> model.shape(layer));
  }

  @Override
  public QuantSpec spec(String layer) {
    return ExportException.reading(path(), named(layer), () -> model.spec(layer));
  }

  @Override
  public QuantizedMatrix layer(String layer) {
    return ExportException.reading(path(), named(layer), () -> model.layer(layer));
  }

  @Override
  public @Nullable ChannelScales channelScales(String layer) {
    return ExportException.<@Nullable ChannelScales>reading(
        path(), named(layer), () -> model.channelScales(layer));
  }

  @Override
  public boolean indexed(String layer) {
    return ExportException.reading(path(), named(layer), () -> model.indexed(layer));
  }

  @Override
  public List<TensorInfo> rest() {
    return ExportException.reading(path(), "what is not quantized", model::rest);
  }

  @Override
  public Matrix restMatrix(String tensor) {
    return ExportException.reading(path(), "tensor " + tensor, () -> model.restMatrix(tensor));
  }

  /** What the user of the bytes throws is no fault of the file. */
  @Override
  public void restBytes(String tensor, Consumer<MemorySegment> use) {
    boolean[] read = new boolean[1];
    try {
      model.restBytes(
          tensor,
          bytes -> {
            read[0] = true;
            use.accept(bytes);
          });
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw read[0] ? e : ExportException.impossible(path(), "tensor " + tensor, e);
    }
  }
}

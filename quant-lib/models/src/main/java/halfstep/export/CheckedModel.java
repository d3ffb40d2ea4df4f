package halfstep.export;

import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
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
  public Matrix restMatrix(String tensor) {
    return ExportException.reading(path(), "tensor " + tensor, () -> model.restMatrix(tensor));
  }
}

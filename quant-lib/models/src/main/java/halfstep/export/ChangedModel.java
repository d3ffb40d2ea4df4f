package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A model that is another one but for what a subclass says. */
abstract class ChangedModel implements QuantizedModel {

  /** The model behind it. */
  final QuantizedModel model;

  ChangedModel(QuantizedModel model) {
    this.model = model;
  }

  @Override
  public Path path() {
    return model.path();
  }

  @Override
  public String scheme() {
    return model.scheme();
  }

  @Override
  public Optional<Path> companions() {
    return model.companions();
  }

  @Override
  public ObjectNode config() {
    return model.config();
  }

  @Override
  public List<String> layers() {
    return model.layers();
  }

  @Override
  public Shape shape(String layer) {
    return model.shape(layer);
  }

  @Override
  public QuantSpec spec(String layer) {
    return model.spec(layer);
  }

  @Override
  public QuantizedMatrix layer(String layer) {
    return model.layer(layer);
  }

  @Override
  public @Nullable ChannelScales channelScales(String layer) {
    return model.channelScales(layer);
  }

  @Override
  public boolean indexed(String layer) {
    return model.indexed(layer);
  }

  @Override
  public Optional<Matrix> original(String layer) {
    return model.original(layer);
  }

  @Override
  public List<TensorInfo> rest() {
    return model.rest();
  }

  @Override
  public Matrix restMatrix(String tensor) {
    return model.restMatrix(tensor);
  }

  @Override
  public void restBytes(String tensor, Consumer<MemorySegment> use) {
    model.restBytes(tensor, use);
  }
}

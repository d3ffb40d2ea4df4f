package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.job.LayerSpecs;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A model that is still to be quantized: all that formats and engines ask before the weights. */
final class PlannedModel implements QuantizedModel {

  private final FloatModel model;
  private final LayerSpecs specs;
  private final Set<String> layers;
  private final boolean integerZeros;

  PlannedModel(Path folder, List<String> layers, LayerSpecs specs, boolean integerZeros) {
    this.model = new FloatModel(folder);
    this.layers = new LinkedHashSet<>(layers);
    this.specs = specs;
    this.integerZeros = integerZeros;
  }

  @Override
  public Path path() {
    return model.folder();
  }

  @Override
  public String scheme() {
    return "planned";
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
    return List.copyOf(layers);
  }

  @Override
  public Shape shape(String layer) {
    return model.info(layer + ".weight").matrixShape();
  }

  @Override
  public QuantSpec spec(String layer) {
    QuantSpec spec = specs.of(layer);
    boolean rounds = integerZeros && !ZeroPoint.INTEGER.holds(spec.zeroPoint());
    return rounds ? spec.with(ZeroPoint.INTEGER) : spec;
  }

  @Override
  public QuantizedMatrix layer(String layer) {
    throw new IllegalStateException(layer + " is still to be quantized");
  }

  @Override
  public Optional<Matrix> original(String layer) {
    return Optional.of(model.weight(layer));
  }

  @Override
  public List<TensorInfo> rest() {
    return model.without(layers);
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

package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * How one scheme lays the quantized layers out in tensors; writing and reading are mirrors in one
 * class.
 */
interface LayerFormat {

  /** For people. */
  String label();

  /**
   * Why a layer of this kind cannot be stored, and the nearest that can; empty if it can. Looks at
   * no weight.
   */
  Optional<String> refusal(QuantSpec spec, Shape shape, boolean indexed);

  /** The tensors of a layer, to be declared before any is written. */
  List<TensorInfo> tensors(String layer, QuantSpec spec, Shape shape, boolean indexed);

  /**
   * Writes a layer.
   *
   * @param quantized without channel scales; not modified
   * @throws ExportException if a value is outside the format's range
   */
  void write(String layer, QuantizedMatrix quantized, TensorSink sink);

  /** The section {@code quantization_config} of {@code config.json}. */
  ObjectNode config(Contents contents);

  /** The layers that a checkpoint of these tensors holds in this format. */
  List<String> layers(List<String> tensors);

  /** {@code out × in} of a layer. */
  Shape shape(TensorFiles files, String layer);

  /** What a layer's codes look like. */
  QuantSpec spec(TensorFiles files, String layer);

  /** Whether a layer's groups are no consecutive inputs. */
  default boolean indexed(TensorFiles files, String layer) {
    return false;
  }

  /** Reads a layer. */
  QuantizedMatrix read(TensorFiles files, String layer);

  /** Whether a tensor is part of a layer of this format. */
  boolean owns(TensorFiles files, String tensor);

  /**
   * What a configuration describes.
   *
   * @param layers the layers and their specifications, of which there is at least one
   * @param floats linear layers that stay as they are, the head among them
   */
  record Contents(List<Layer> layers, List<String> floats) {

    /** A layer, and whether its groups need an index. */
    record Layer(String name, QuantSpec spec, Shape shape, boolean indexed) {}

    public Contents {
      layers = List.copyOf(layers);
      floats = List.copyOf(floats);
    }

    Layer first() {
      return layers.getFirst();
    }

    boolean indexed() {
      return layers.stream().anyMatch(Layer::indexed);
    }

    boolean uniform() {
      return layers.stream().map(Layer::spec).distinct().count() == 1;
    }
  }
}

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

/**
 * A quantized model in whatever files, read a layer at a time: what every writer writes from and
 * every reader gives.
 *
 * <p>Names are those of Hugging Face: layer {@code model.layers.0.mlp.up_proj}, tensor {@code
 * model.norm.weight}.
 */
public interface QuantizedModel {

  /** The folder or file it was opened from. */
  Path path();

  /** The scheme found, for people: {@code "awq gemm"}, {@code "gptq v2 4 bit"}, {@code "raw"}. */
  String scheme();

  /** The folder of tokenizer and generation settings; empty if there is none. */
  Optional<Path> companions();

  /** A copy of {@code config.json}, without a quantization. */
  ObjectNode config();

  /** Names of the quantized layers, in the order in which they are stored. */
  List<String> layers();

  /** {@code out × in} of a layer. */
  Shape shape(String layer);

  /** What a layer's codes look like. */
  QuantSpec spec(String layer);

  /**
   * Reads a layer.
   *
   * @return new memory, the caller's own
   * @throws ExportException if its tensors are not what the scheme says
   */
  QuantizedMatrix layer(String layer);

  /** The channel scales of a layer, or null if it has none; small, unlike the layer. */
  default @Nullable ChannelScales channelScales(String layer) {
    return null;
  }

  /** Whether a layer's groups are no consecutive inputs, so that it needs an index. */
  default boolean indexed(String layer) {
    return false;
  }

  /** The original weight, {@code out × in}, of which the layer was made, where it is known. */
  Optional<Matrix> original(String layer);

  /** All tensors that are no part of a quantized layer. */
  List<TensorInfo> rest();

  /** Reads one of the rest as float32. */
  Matrix restMatrix(String tensor);

  /** Shows the bytes of one of the rest; they are gone afterwards. */
  void restBytes(String tensor, Consumer<MemorySegment> use);
}

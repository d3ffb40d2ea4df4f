package halfstep.job;

import halfstep.quant.ChannelScales;
import halfstep.quant.Grouping;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code --format raw}: per layer {@code NAME.codes} U8 {@code out × in}, {@code NAME.scales} and
 * {@code NAME.zeros} F32, after AWQ also {@code NAME.channel_scales} F32 {@code in}; {@code ŵ =
 * (codes − zeros) · scales / channel_scales}.
 */
final class RawWriter implements AutoCloseable {

  private final SafetensorsWriter writer;

  RawWriter(
      Path file, LayerSource source, List<String> layers, QuantSpec spec, QuantMethod method) {
    List<TensorInfo> tensors = new ArrayList<>();
    for (String layer : layers) {
      Shape shape = source.shape(layer);
      Grouping grouping = spec.grouping(shape);
      tensors.add(TensorInfo.matrix(layer + ".codes", DType.U8, shape));
      tensors.add(TensorInfo.matrix(layer + ".scales", DType.F32, grouping.paramShape()));
      tensors.add(TensorInfo.matrix(layer + ".zeros", DType.F32, grouping.paramShape()));
      if (scalesChannels(method)) {
        tensors.add(new TensorInfo(layer + ".channel_scales", DType.F32, List.of(shape.cols())));
      }
    }
    writer = SafetensorsWriter.create(file, tensors, Map.of("format", "halfstep-raw"));
  }

  private static boolean scalesChannels(QuantMethod method) {
    return switch (method) {
      case QuantMethod.Awq _ -> true;
      case QuantMethod.DataFree _ -> false;
    };
  }

  void write(String layer, QuantizedMatrix quantized) {
    writer.write(layer + ".codes", quantized.codes().segment());
    writer.write(layer + ".scales", quantized.params().scales().segment());
    writer.write(layer + ".zeros", quantized.params().zeros().segment());
    ChannelScales scales = quantized.channelScales();
    if (scales != null) {
      Matrix row = Matrix.of(1, scales.channels(), scales.toArray());
      writer.write(layer + ".channel_scales", row.segment());
    }
  }

  void finish() {
    writer.finish();
  }

  @Override
  public void close() {
    writer.close();
  }
}

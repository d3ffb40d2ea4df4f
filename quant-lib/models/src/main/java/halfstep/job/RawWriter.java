package halfstep.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.ChannelScales;
import halfstep.quant.Gptq;
import halfstep.quant.GroupIndex;
import halfstep.quant.Grouping;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantizedMatrix;
import halfstep.safetensors.Checksums;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * {@code --format raw}: per layer {@code NAME.codes} U8 {@code out × in}, {@code NAME.scales} and
 * {@code NAME.zeros} F32, after AWQ also {@code NAME.channel_scales} F32 {@code in}, after GPTQ
 * with act-order {@code NAME.g_idx} I32 {@code in}; {@code ŵ = (codes − zeros) · scales /
 * channel_scales}.
 */
final class RawWriter implements LayerStore {

  private static final Map<String, String> METADATA = Map.of("format", "halfstep-raw");

  private final Path folder;
  private final SafetensorsWriter writer;
  private final boolean indexesGroups;
  private final Map<String, Long> bytes = new HashMap<>();

  /**
   * @param kept whether an earlier writer's file is gone on with, and this one's left to a later
   */
  RawWriter(
      Path folder,
      LayerSource source,
      List<String> layers,
      LayerSpecs specs,
      QuantMethod method,
      boolean kept) {
    this.folder = folder;
    this.indexesGroups = method instanceof Gptq gptq && gptq.actOrder();
    List<TensorInfo> tensors = new ArrayList<>();
    for (String layer : layers) {
      int before = tensors.size();
      Shape shape = source.shape(layer);
      Grouping grouping = specs.of(layer).grouping(shape);
      tensors.add(TensorInfo.matrix(layer + ".codes", DType.U8, shape));
      tensors.add(TensorInfo.matrix(layer + ".scales", DType.F32, grouping.paramShape()));
      tensors.add(TensorInfo.matrix(layer + ".zeros", DType.F32, grouping.paramShape()));
      if (scalesChannels(method)) {
        tensors.add(new TensorInfo(layer + ".channel_scales", DType.F32, List.of(shape.cols())));
      }
      if (indexesGroups) {
        tensors.add(new TensorInfo(layer + ".g_idx", DType.I32, List.of(shape.cols())));
      }
      List<TensorInfo> own = tensors.subList(before, tensors.size());
      bytes.put(layer, own.stream().mapToLong(TensorInfo::bytes).sum());
    }
    Path file = folder.resolve(JobRun.FILE);
    writer =
        kept
            ? SafetensorsWriter.resume(file, tensors, METADATA)
            : SafetensorsWriter.create(file, tensors, METADATA);
    if (kept) {
      writer.keep();
    }
  }

  @Override
  public long bytes(String layer) {
    return bytes.getOrDefault(layer, 0L);
  }

  private static boolean scalesChannels(QuantMethod method) {
    return switch (method) {
      case QuantMethod.Awq _, QuantMethod.AwqThen _ -> true;
      case Gptq _, QuantMethod.WeightedLeastSquares _, QuantMethod.DataFree _ -> false;
    };
  }

  @Override
  public Stored write(String layer, QuantizedMatrix quantized) {
    Map<String, Long> sums = new LinkedHashMap<>();
    write(layer + ".codes", quantized.codes().segment(), sums);
    write(layer + ".scales", quantized.params().scales().segment(), sums);
    write(layer + ".zeros", quantized.params().zeros().segment(), sums);
    ChannelScales scales = quantized.channelScales();
    if (scales != null) {
      Matrix row = Matrix.of(1, scales.channels(), scales.toArray());
      write(layer + ".channel_scales", row.segment(), sums);
    }
    if (indexesGroups) {
      write(layer + ".g_idx", MemorySegment.ofArray(groups(quantized)), sums);
    }
    return new Stored(sums, OptionalDouble.empty());
  }

  private void write(String tensor, MemorySegment bytes, Map<String, Long> sums) {
    writer.write(tensor, bytes);
    sums.put(tensor, Checksums.crc32c(bytes));
  }

  @Override
  public boolean accept(String layer, Stored stored) {
    return writer.accept(stored.checksums());
  }

  private static int[] groups(QuantizedMatrix quantized) {
    GroupIndex index = quantized.groupIndex();
    if (index != null) {
      return index.toArray();
    }
    int size = quantized.spec().grouping(quantized.shape()).size();
    return IntStream.range(0, Math.toIntExact(quantized.shape().cols()))
        .map(channel -> channel / size)
        .toArray();
  }

  @Override
  public void finish(ObjectNode manifest, JobReport report) {
    writer.finish();
    Manifest.write(folder.resolve(JobRun.MANIFEST), manifest);
  }

  @Override
  public void close() {
    writer.close();
  }
}

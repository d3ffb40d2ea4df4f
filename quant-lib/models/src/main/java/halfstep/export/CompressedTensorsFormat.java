package halfstep.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.export.LayerFormat.Contents.Layer;
import halfstep.pack.CompressedTensorsPacking;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.GroupIndex;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * compressed-tensors "pack-quantized" of 1 to 8 bits, each layer with its own: {@code
 * weight_packed} int32 {@code out × ⌈in·b/32⌉}, {@code weight_scale} float16 {@code out × in/g},
 * {@code weight_shape} int64, and unless symmetric {@code weight_zero_point} int32 {@code
 * ⌈out·b/32⌉ × in/g}; after act-order {@code weight_g_idx}.
 *
 * <p>Reference: compressed-tensors 0.20.0.
 *
 * @param bitsOf the width of each layer, which the words alone do not tell
 */
record CompressedTensorsFormat(Map<String, Integer> bitsOf) implements LayerFormat {

  private static final String WORDS = ".weight_packed";
  private static final String SCALE = ".weight_scale";
  private static final String SHAPE = ".weight_shape";
  private static final String ZERO = ".weight_zero_point";
  private static final String INDEX = ".weight_g_idx";
  private static final List<String> ALL = List.of(WORDS, SCALE, SHAPE, ZERO, INDEX);

  CompressedTensorsFormat {
    bitsOf = Map.copyOf(bitsOf);
  }

  @Override
  public String label() {
    return "compressed-tensors pack-quantized";
  }

  @Override
  public Optional<String> refusal(QuantSpec spec, Shape shape, boolean indexed) {
    if (spec.bits() == Bits.TERNARY) {
      return Optional.of(
          "compressed-tensors holds whole bits, not 1.58; use --bits 2, or hqq, which stores 1.58"
              + " in 2");
    }
    return Refusals.axis("compressed-tensors", spec)
        .or(() -> Refusals.floatZeros("compressed-tensors", spec));
  }

  private static CompressedTensorsPacking packing(QuantSpec spec) {
    return new CompressedTensorsPacking(Integer.parseInt(spec.bits().label()));
  }

  @Override
  public List<TensorInfo> tensors(String layer, QuantSpec spec, Shape shape, boolean indexed) {
    CompressedTensorsPacking packing = packing(spec);
    long groups = shape.cols() / spec.grouping(shape).size();
    List<TensorInfo> tensors = new ArrayList<>();
    tensors.add(TensorInfo.matrix(layer + WORDS, DType.I32, packing.wordShape(shape)));
    tensors.add(TensorInfo.matrix(layer + SCALE, DType.F16, new Shape(shape.rows(), groups)));
    tensors.add(new TensorInfo(layer + SHAPE, DType.I64, List.of(2L)));
    if (spec.zeroPoint() != ZeroPoint.SYMMETRIC) {
      long words = Math.ceilDiv(shape.rows() * packing.bits(), (long) Integer.SIZE);
      tensors.add(TensorInfo.matrix(layer + ZERO, DType.I32, new Shape(words, groups)));
    }
    if (indexed) {
      tensors.add(new TensorInfo(layer + INDEX, DType.I32, List.of(shape.cols())));
    }
    return tensors;
  }

  @Override
  public void write(String layer, QuantizedMatrix q, TensorSink sink) {
    CompressedTensorsPacking packing = packing(q.spec());
    sink.write(layer + WORDS, packing.pack(q.codes()).segment());
    sink.write(layer + SCALE, HalfTensors.float16(q.params().scales(), layer + " scales"));
    long[] shape = {q.shape().rows(), q.shape().cols()};
    sink.write(layer + SHAPE, MemorySegment.ofArray(shape));
    if (q.spec().zeroPoint() != ZeroPoint.SYMMETRIC) {
      sink.write(layer + ZERO, packing.packZeros(q.params().zeros()).segment());
    }
    if (q.groupIndex() != null) {
      sink.write(layer + INDEX, IntegerTensors.index(q));
    }
  }

  @Override
  public ObjectNode config(Contents contents) {
    ObjectNode node = JsonMapper.builder().build().createObjectNode();
    node.put("quant_method", "compressed-tensors")
        .put("format", "pack-quantized")
        .put("quantization_status", "compressed")
        .putNull("global_compression_ratio")
        .putNull("kv_cache_scheme");
    ArrayNode ignore = node.putArray("ignore");
    contents.floats().forEach(ignore::add);
    Map<String, List<Layer>> bySpec = new LinkedHashMap<>();
    for (Layer layer : contents.layers()) {
      String key = layer.spec().toString() + layer.indexed();
      bySpec.computeIfAbsent(key, none -> new ArrayList<>()).add(layer);
    }
    ObjectNode groups = node.putObject("config_groups");
    for (List<Layer> layers : bySpec.values()) {
      ObjectNode group = groups.putObject("group_" + groups.size());
      ArrayNode targets = group.putArray("targets");
      if (bySpec.size() == 1) {
        targets.add("Linear");
      } else {
        layers.forEach(layer -> targets.add(layer.name()));
      }
      group.putNull("input_activations").putNull("output_activations");
      weights(group.putObject("weights"), layers.getFirst());
    }
    return node;
  }

  private static void weights(ObjectNode node, Layer layer) {
    QuantSpec spec = layer.spec();
    boolean whole = spec.groupSize() == QuantSpec.WHOLE;
    node.put("num_bits", packing(spec).bits())
        .put("type", "int")
        .put("symmetric", spec.zeroPoint() == ZeroPoint.SYMMETRIC)
        .put("strategy", whole ? "channel" : "group")
        .put("dynamic", false);
    if (whole) {
      node.putNull("group_size");
    } else {
      node.put("group_size", spec.groupSize());
    }
    if (layer.indexed()) {
      node.put("actorder", "group");
    }
  }

  @Override
  public List<String> layers(List<String> tensors) {
    return TensorNames.prefixes(tensors, WORDS);
  }

  @Override
  public Shape shape(TensorFiles files, String layer) {
    long[] sides = files.integers(layer + SHAPE);
    if (sides.length != 2 || sides[0] < 1 || sides[1] < 1) {
      throw ExportException.ofFile(
          files.path(),
          "tensor %s%s holds %d numbers, no out and in".formatted(layer, SHAPE, sides.length));
    }
    return new Shape(sides[0], sides[1]);
  }

  @Override
  public QuantSpec spec(TensorFiles files, String layer) {
    ZeroPoint zeros = files.contains(layer + ZERO) ? ZeroPoint.INTEGER : ZeroPoint.SYMMETRIC;
    long groups = files.info(layer + SCALE).matrixShape().cols();
    Integer bits = bitsOf.get(layer);
    if (bits == null) {
      throw ExportException.ofFile(
          files.path(), "config.json has no config_group for layer " + layer);
    }
    long in = shape(files, layer).cols();
    return IntegerTensors.spec(files.path(), layer, bits, in, groups, zeros);
  }

  @Override
  public QuantizedMatrix read(TensorFiles files, String layer) {
    Shape shape = shape(files, layer);
    QuantSpec spec = spec(files, layer);
    CompressedTensorsPacking packing = packing(spec);
    Shape groups = spec.grouping(shape).paramShape();
    // first, for it compares the words with the shape that the file claims
    Codes codes = packing.unpack(files.packed(layer + WORDS, Integer.SIZE), shape);
    Matrix zeros =
        files.contains(layer + ZERO)
            ? packing.unpackZeros(files.packed(layer + ZERO, Integer.SIZE), groups)
            : IntegerTensors.filled(groups.rows(), groups.cols(), packing.offset());
    return new QuantizedMatrix(
        spec,
        codes,
        new GroupParams(files.matrix(layer + SCALE), zeros),
        null,
        index(files, layer, shape));
  }

  @Override
  public boolean indexed(TensorFiles files, String layer) {
    return index(files, layer, shape(files, layer)) != null;
  }

  private @Nullable GroupIndex index(TensorFiles files, String layer, Shape shape) {
    return IntegerTensors.index(files, layer + INDEX, spec(files, layer), shape);
  }

  @Override
  public boolean owns(TensorFiles files, String tensor) {
    return TensorNames.isPartOf(files, tensor, WORDS, ALL);
  }
}

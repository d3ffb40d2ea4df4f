package halfstep.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.pack.HqqPacking;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * hqq's "encoded" safetensors, as {@code save_to_safetensors} and transformers write them: per
 * layer the codes, scale and zero in float16, and sixteen small tensors that say how.
 *
 * <p>Reference: hqq 0.2.8 {@code core/quantize.py}, {@code HQQLinear.state_dict}.
 */
final class HqqFormat implements LayerFormat {

  private static final String CODES = ".W_q";
  private static final String BITS = ".nbits";
  private static final List<String> FLAGS =
      List.of(
          "channel_wise",
          "optimize",
          "round_zero",
          "view_as_float",
          "quant_scale",
          "quant_zero",
          "offload_meta",
          "encoded_state_dict",
          "stores_quant_config");
  private static final List<String> OTHERS =
      List.of(
          "W_q",
          "scale",
          "zero",
          "shape",
          "nbits",
          "group_size",
          "axis",
          "compute_dtype",
          "packing",
          "unpack_view_dtype");

  @Override
  public String label() {
    return "hqq";
  }

  @Override
  public Optional<String> refusal(QuantSpec spec, Shape shape, boolean indexed) {
    if (spec.groupSize() == QuantSpec.TENSOR) {
      return Optional.of("hqq files hold groups of one row or column; quantize with --group 64");
    }
    try {
      new HqqPacking(spec).wordShape(shape);
    } catch (ShapeException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return Refusals.indexed("hqq", indexed);
  }

  @Override
  public List<TensorInfo> tensors(String layer, QuantSpec spec, Shape shape, boolean indexed) {
    Shape groups = params(spec, shape);
    List<TensorInfo> tensors = new ArrayList<>();
    DType words = spec.bits() == Bits.THREE ? DType.I32 : DType.U8;
    Shape packed = new HqqPacking(spec).wordShape(shape);
    tensors.add(TensorInfo.matrix(layer + CODES, words, packed));
    tensors.add(TensorInfo.matrix(layer + ".scale", DType.F16, groups));
    tensors.add(TensorInfo.matrix(layer + ".zero", DType.F16, groups));
    tensors.add(new TensorInfo(layer + ".shape", DType.I64, List.of(2L)));
    DType bits = spec.bits() == Bits.TERNARY ? DType.F32 : DType.I32;
    tensors.add(new TensorInfo(layer + BITS, bits, List.of()));
    tensors.add(new TensorInfo(layer + ".group_size", DType.I32, List.of()));
    tensors.add(new TensorInfo(layer + ".axis", DType.I32, List.of()));
    FLAGS.forEach(flag -> tensors.add(new TensorInfo(layer + "." + flag, DType.U8, List.of())));
    words(spec)
        .forEach((name, word) ->
            tensors.add(
                new TensorInfo(layer + "." + name, DType.U8, List.of((long) word.length()))));
    return tensors;
  }

  /** hqq keeps a row of one element per group along axis 1, and one row of all along axis 0. */
  private static Shape params(QuantSpec spec, Shape shape) {
    long groups = spec.grouping(shape).groups();
    return spec.axis() == Axis.IN ? new Shape(groups, 1) : new Shape(1, groups);
  }

  private static Map<String, String> words(QuantSpec spec) {
    boolean ints = spec.bits() == Bits.THREE;
    String packing =
        switch (spec.bits()) {
          case EIGHT, SIX, FIVE -> "8bit_u8";
          case FOUR -> "4bit_u8";
          case THREE -> "3bit_32";
          case TWO, TERNARY -> "2bit_u8";
          case ONE -> "1bit_u8";
        };
    return Map.of(
        "compute_dtype",
        "torch.float16",
        "packing",
        packing,
        "unpack_view_dtype",
        ints ? "torch.int32" : "torch.uint8");
  }

  @Override
  public void write(String layer, QuantizedMatrix q, TensorSink sink) {
    QuantSpec spec = q.spec();
    Grouping grouping = spec.grouping(q.shape());
    sink.write(layer + CODES, new HqqPacking(spec).pack(q.codes()).segment());
    sink.write(layer + ".scale", HalfTensors.float16(q.params().scales(), layer + " scales"));
    sink.write(layer + ".zero", HalfTensors.float16(q.params().zeros(), layer + " zeros"));
    long[] shape = {q.shape().rows(), q.shape().cols()};
    sink.write(layer + ".shape", MemorySegment.ofArray(shape));
    sink.write(
        layer + BITS,
        spec.bits() == Bits.TERNARY
            ? MemorySegment.ofArray(new float[] {1.58f})
            : MemorySegment.ofArray(new int[] {Integer.parseInt(spec.bits().label())}));
    sink.write(layer + ".group_size", MemorySegment.ofArray(new int[] {grouping.size()}));
    sink.write(layer + ".axis", MemorySegment.ofArray(new int[] {spec.axis().number()}));
    for (String flag : FLAGS) {
      sink.write(layer + "." + flag, MemorySegment.ofArray(new byte[] {flag(flag, spec)}));
    }
    words(spec)
        .forEach((name, word) ->
            sink.write(
                layer + "." + name,
                MemorySegment.ofArray(word.getBytes(StandardCharsets.US_ASCII))));
  }

  private static byte flag(String name, QuantSpec spec) {
    return switch (name) {
      case "channel_wise", "optimize", "encoded_state_dict", "stores_quant_config" -> 1;
      case "round_zero" -> (byte) (spec.bits() == Bits.FOUR ? 1 : 0);
      default -> 0;
    };
  }

  @Override
  public ObjectNode config(Contents contents) {
    QuantSpec spec = contents.first().spec();
    ObjectNode node = JsonMapper.builder().build().createObjectNode();
    node.put("quant_method", "hqq");
    ObjectNode config = node.putObject("quant_config");
    ObjectNode weights = config.putObject("weight_quant_params");
    if (spec.bits() == Bits.TERNARY) {
      weights.put("nbits", 1.58);
    } else {
      weights.put("nbits", Integer.parseInt(spec.bits().label()));
    }
    weights
        .put("group_size", spec.grouping(contents.first().shape()).size())
        .put("channel_wise", true)
        .put("optimize", true)
        .put("round_zero", spec.bits() == Bits.FOUR)
        .put("axis", spec.axis().number())
        .put("view_as_float", false);
    config.putNull("scale_quant_params").putNull("zero_quant_params").put("offload_meta", false);
    ArrayNode skipped = node.putArray("skip_modules");
    contents.floats().forEach(skipped::add);
    return node;
  }

  @Override
  public List<String> layers(List<String> tensors) {
    return TensorNames.prefixes(tensors, CODES);
  }

  @Override
  public Shape shape(TensorFiles files, String layer) {
    long[] sides = files.integers(layer + ".shape");
    if (sides.length != 2 || sides[0] < 1 || sides[1] < 1) {
      throw ExportException.ofFile(
          files.path(), "tensor %s.shape is no out and in".formatted(layer));
    }
    return new Shape(sides[0], sides[1]);
  }

  @Override
  public QuantSpec spec(TensorFiles files, String layer) {
    double bits = files.scalar(layer + BITS);
    String label = bits == 1.58f ? "1.58" : String.valueOf((int) bits);
    if (!label.equals("1.58") && bits != (int) bits) {
      throw ExportException.ofFile(
          files.path(), "layer %s has %s bits, which hqq does not know".formatted(layer, bits));
    }
    int group = (int) files.scalar(layer + ".group_size");
    Axis axis = Axis.of((int) files.scalar(layer + ".axis"));
    return new QuantSpec(Bits.of(label), group, axis, ZeroPoint.FLOAT);
  }

  @Override
  public QuantizedMatrix read(TensorFiles files, String layer) {
    requirePlain(files, layer);
    Shape shape = shape(files, layer);
    QuantSpec spec = spec(files, layer);
    Shape groups = spec.grouping(shape).paramShape();
    int wordBits = spec.bits() == Bits.THREE ? Integer.SIZE : Byte.SIZE;
    return new QuantizedMatrix(
        spec,
        new HqqPacking(spec).unpack(files.packed(layer + CODES, wordBits), shape),
        new GroupParams(
            params(files, layer + ".scale", groups), params(files, layer + ".zero", groups)));
  }

  private static Matrix params(TensorFiles files, String tensor, Shape groups) {
    Matrix read = files.matrix(tensor);
    if (read.size() != groups.size()) {
      throw ExportException.ofFile(
          files.path(),
          "tensor %s holds %d numbers for %d groups; the file is corrupt"
              .formatted(tensor, read.size(), groups.size()));
    }
    return read.reshaped(groups.rows(), groups.cols());
  }

  /** Scales that are quantized themselves, and words viewed as floats, are hqq's own business. */
  private static void requirePlain(TensorFiles files, String layer) {
    for (String flag : List.of("view_as_float", "quant_scale", "quant_zero")) {
      String tensor = layer + "." + flag;
      if (files.contains(tensor) && files.scalar(tensor) != 0) {
        throw ExportException.ofFile(
            files.path(),
            "layer %s was saved with %s, which is not read; save it from hqq with %s=False"
                .formatted(layer, flag, flag));
      }
    }
  }

  @Override
  public boolean owns(TensorFiles files, String tensor) {
    List<String> endings = new ArrayList<>();
    OTHERS.forEach(name -> endings.add("." + name));
    FLAGS.forEach(name -> endings.add("." + name));
    return TensorNames.isPartOf(files, tensor, CODES, endings);
  }
}

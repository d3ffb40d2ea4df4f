package halfstep.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.pack.GptqPacking;
import halfstep.pack.GptqPacking.Version;
import halfstep.quant.Bits;
import halfstep.quant.GroupIndex;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * GPTQ checkpoints of 2, 3, 4 or 8 bits: {@code qweight} int32 {@code in·b/32 × out}, {@code
 * qzeros} int32 {@code in/g × out·b/32}, {@code scales} float16 {@code in/g × out}, {@code g_idx}
 * int32 {@code in}.
 *
 * <p>Reference: GPTQModel 7.7.0.
 *
 * @param bits of all layers
 * @param version how zeros are stored
 * @param symmetric whether all zeros are the middle code, which the words cannot say
 */
record GptqFormat(int bits, Version version, boolean symmetric) implements LayerFormat {

  private static final String QWEIGHT = ".qweight";
  private static final String QZEROS = ".qzeros";
  private static final String SCALES = ".scales";
  private static final String INDEX = ".g_idx";

  @Override
  public String label() {
    return packing().label();
  }

  private GptqPacking packing() {
    return new GptqPacking(bits, version);
  }

  @Override
  public Optional<String> refusal(QuantSpec spec, Shape shape, boolean indexed) {
    if (spec.bits() != Bits.of(bits)) {
      return Optional.of(
          "a GPTQ checkpoint has one width, and this one has %d bits, not %s; give all layers the same, or choose compressed-tensors"
              .formatted(bits, spec.bits()));
    }
    int unit = bits == 3 ? 32 : 32 / bits;
    if (shape.rows() % unit != 0 || shape.cols() % unit != 0) {
      return Optional.of(
          "GPTQ packs %d bits into whole words, so %d must divide out and in, but the layer is %s; leave it out with --exclude, or choose compressed-tensors"
              .formatted(bits, unit, shape));
    }
    return Refusals.axis("GPTQ", spec).or(() -> Refusals.floatZeros("GPTQ", spec));
  }

  @Override
  public List<TensorInfo> tensors(String layer, QuantSpec spec, Shape shape, boolean indexed) {
    long groups = shape.cols() / spec.grouping(shape).size();
    return List.of(
        TensorInfo.matrix(layer + QWEIGHT, DType.I32, packing().wordShape(shape)),
        TensorInfo.matrix(
            layer + QZEROS, DType.I32, new Shape(groups, shape.rows() * bits / Integer.SIZE)),
        TensorInfo.matrix(layer + SCALES, DType.F16, new Shape(groups, shape.rows())),
        new TensorInfo(layer + INDEX, DType.I32, List.of(shape.cols())));
  }

  @Override
  public void write(String layer, QuantizedMatrix q, TensorSink sink) {
    Matrix scales = HalfTensors.transposed(q.params().scales());
    sink.write(layer + QWEIGHT, packing().pack(q.codes()).segment());
    sink.write(layer + QZEROS, packing().packZeros(q.params().zeros()).segment());
    sink.write(layer + SCALES, HalfTensors.float16(scales, layer + " scales"));
    sink.write(layer + INDEX, IntegerTensors.index(q));
  }

  @Override
  public ObjectNode config(Contents contents) {
    String format = version == Version.V1 ? "gptq" : "gptq_v2";
    ObjectNode node = JsonMapper.builder().build().createObjectNode();
    node.put("quant_method", "gptq")
        .put("bits", bits)
        .put("group_size", IntegerTensors.configured(contents.first().spec()))
        .put("desc_act", contents.indexed())
        .put("sym", symmetric)
        .put("lm_head", false)
        .put("checkpoint_format", format)
        .put("format", format)
        .put("pack_dtype", "int32");
    node.putObject("meta").putArray("quantizer").add("halfstep");
    ObjectNode dynamic = node.objectNode();
    for (String kept : contents.floats()) {
      if (!kept.equals("lm_head")) {
        dynamic.putObject("-:^" + kept.replace(".", "\\.") + "$");
      }
    }
    if (!dynamic.isEmpty()) {
      node.set("dynamic", dynamic);
    }
    return node;
  }

  @Override
  public List<String> layers(List<String> tensors) {
    return TensorNames.prefixes(tensors, QWEIGHT);
  }

  @Override
  public Shape shape(TensorFiles files, String layer) {
    Shape words = files.info(layer + QWEIGHT).matrixShape();
    return new Shape(words.cols(), words.rows() * Integer.SIZE / bits);
  }

  @Override
  public QuantSpec spec(TensorFiles files, String layer) {
    ZeroPoint zeros = symmetric ? ZeroPoint.SYMMETRIC : ZeroPoint.INTEGER;
    long groups = files.info(layer + SCALES).matrixShape().rows();
    long in = shape(files, layer).cols();
    return IntegerTensors.spec(files.path(), layer, bits, in, groups, zeros);
  }

  @Override
  public QuantizedMatrix read(TensorFiles files, String layer) {
    Shape shape = shape(files, layer);
    QuantSpec spec = spec(files, layer);
    Shape groups = spec.grouping(shape).paramShape();
    return new QuantizedMatrix(
        spec,
        packing().unpack(files.packed(layer + QWEIGHT, Integer.SIZE), shape),
        new GroupParams(
            HalfTensors.transposed(files.matrix(layer + SCALES)),
            packing().unpackZeros(files.packed(layer + QZEROS, Integer.SIZE), groups)),
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
    return TensorNames.isPartOf(files, tensor, QWEIGHT, List.of(QWEIGHT, QZEROS, SCALES, INDEX));
  }
}

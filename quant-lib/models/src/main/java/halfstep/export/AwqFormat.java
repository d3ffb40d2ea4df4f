package halfstep.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.pack.AwqGemmPacking;
import halfstep.quant.Bits;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * AutoAWQ's GEMM checkpoints, 4 bit: {@code qweight} int32 {@code in × out/8}, {@code qzeros} int32
 * {@code in/g × out/8}, {@code scales} float16 {@code in/g × out}.
 *
 * <p>Reference: AutoAWQ 0.2.9 {@code modules/linear/gemm.py}.
 */
final class AwqFormat implements LayerFormat {

  private static final String QWEIGHT = ".qweight";
  private static final String QZEROS = ".qzeros";
  private static final String SCALES = ".scales";
  private static final AwqGemmPacking PACKING = new AwqGemmPacking();

  @Override
  public String label() {
    return "awq gemm";
  }

  @Override
  public Optional<String> refusal(QuantSpec spec, Shape shape, boolean indexed) {
    if (spec.bits() != Bits.FOUR) {
      return Optional.of(
          "AWQ checkpoints hold 4 bits, not %s; use --bits 4, or gptq or compressed-tensors"
              .formatted(spec.bits()));
    }
    if (shape.rows() % 8 != 0) {
      return Optional.of(
          "AWQ packs eight outputs into a word, but there are %d; leave the layer out with --exclude, or choose compressed-tensors"
              .formatted(shape.rows()));
    }
    return Refusals.axis("AWQ", spec)
        .or(() -> Refusals.floatZeros("AWQ", spec))
        .or(() -> Refusals.indexed("AWQ", indexed));
  }

  @Override
  public List<TensorInfo> tensors(String layer, QuantSpec spec, Shape shape, boolean indexed) {
    long groups = shape.cols() / spec.grouping(shape).size();
    Shape zeros = new Shape(groups, shape.rows() / 8);
    return List.of(
        TensorInfo.matrix(layer + QWEIGHT, DType.I32, PACKING.wordShape(shape)),
        TensorInfo.matrix(layer + QZEROS, DType.I32, zeros),
        TensorInfo.matrix(layer + SCALES, DType.F16, new Shape(groups, shape.rows())));
  }

  @Override
  public void write(String layer, QuantizedMatrix q, TensorSink sink) {
    Matrix scales = HalfTensors.transposed(q.params().scales());
    sink.write(layer + QWEIGHT, PACKING.pack(q.codes()).segment());
    sink.write(layer + QZEROS, PACKING.packZeros(q.params().zeros()).segment());
    sink.write(layer + SCALES, HalfTensors.float16(scales, layer + " scales"));
  }

  @Override
  public ObjectNode config(Contents contents) {
    ObjectNode node = JsonMapper.builder().build().createObjectNode();
    node.put("quant_method", "awq")
        .put("zero_point", true)
        .put("group_size", IntegerTensors.configured(contents.first().spec()))
        .put("bits", 4)
        .put("version", "gemm");
    ArrayNode floats = node.putArray("modules_to_not_convert");
    words(contents).forEach(floats::add);
    return node;
  }

  /**
   * AutoAWQ looks for these words in names within a block, transformers and vLLM in whole names, so
   * what no block quantizes is named as it is called there: {@code block_sparse_moe.gate}.
   */
  private static Set<String> words(Contents contents) {
    Set<String> quantized =
        contents.layers().stream().map(layer -> inBlock(layer.name())).collect(Collectors.toSet());
    Set<String> words = new LinkedHashSet<>();
    for (String name : contents.floats()) {
      String word = inBlock(name);
      words.add(quantized.stream().anyMatch(layer -> layer.contains(word)) ? name : word);
    }
    return words;
  }

  private static String inBlock(String name) {
    return name.replaceFirst("^model\\.layers\\.\\d+\\.", "");
  }

  @Override
  public List<String> layers(List<String> tensors) {
    return TensorNames.prefixes(tensors, QWEIGHT);
  }

  @Override
  public Shape shape(TensorFiles files, String layer) {
    Shape words = files.info(layer + QWEIGHT).matrixShape();
    return new Shape(words.cols() * 8, words.rows());
  }

  @Override
  public QuantSpec spec(TensorFiles files, String layer) {
    long groups = files.info(layer + SCALES).matrixShape().rows();
    long in = shape(files, layer).cols();
    return IntegerTensors.spec(files.path(), layer, 4, in, groups, ZeroPoint.INTEGER);
  }

  @Override
  public QuantizedMatrix read(TensorFiles files, String layer) {
    Shape shape = shape(files, layer);
    QuantSpec spec = spec(files, layer);
    Shape groups = spec.grouping(shape).paramShape();
    return new QuantizedMatrix(
        spec,
        PACKING.unpack(files.packed(layer + QWEIGHT, Integer.SIZE), shape),
        new GroupParams(
            HalfTensors.transposed(files.matrix(layer + SCALES)),
            PACKING.unpackZeros(files.packed(layer + QZEROS, Integer.SIZE), groups)));
  }

  @Override
  public boolean owns(TensorFiles files, String tensor) {
    return TensorNames.isPartOf(files, tensor, QWEIGHT, List.of(QWEIGHT, QZEROS, SCALES));
  }
}

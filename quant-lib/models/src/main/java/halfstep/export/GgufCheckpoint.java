package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.export.GgufNames.Place;
import halfstep.export.GgufWriter.Entry;
import halfstep.pack.GgufBlocks;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One GGUF file. A solution whose groups are whole blocks keeps its codes (Q4_0, Q4_1, Q8_0); any
 * other is dequantized and stored as floats, or rounded anew if a type is asked for.
 */
final class GgufCheckpoint implements CheckpointWriter {

  static final String FILE = "model.gguf";

  private final QuantizedModel model;
  private final @Nullable GgufType asked;
  private final ObjectNode config;
  private final String architecture;
  private final GgufTokenizer.Section tokenizer;
  private final List<String> remarks = new ArrayList<>();

  GgufCheckpoint(QuantizedModel model, String type) {
    this.model = model;
    this.asked = type(type);
    this.config = model.config();
    this.architecture = GgufMetadata.architecture(config);
    GgufMetadata.requireVocabulary(config, model.rest());
    this.tokenizer = GgufTokenizer.of(model.companions(), config);
    remark();
  }

  private static @Nullable GgufType type(String word) {
    String wanted = word.toUpperCase(Locale.ROOT);
    if (wanted.equals("AUTO")) {
      return null;
    }
    for (GgufType type : GgufType.values()) {
      if (type.name().equals(wanted) && type != GgufType.BF16) {
        return type;
      }
    }
    throw new ExportException(
        "GGUF layers are written as auto, Q4_0, Q4_1, Q8_0, F16 or F32, not " + word);
  }

  private void remark() {
    remarks.addAll(tokenizer.remarks());
    long anew = model.layers().stream().filter(layer -> !keepsCodes(layer)).count();
    if (anew > 0) {
      String first =
          model.layers().stream().filter(layer -> !keepsCodes(layer)).findFirst().orElse("");
      remarks.add(
          "%d of %d layers do not keep their codes: %s is %s, stored as %s"
              .formatted(
                  anew, model.layers().size(), first, model.spec(first).label(), typeOf(first)));
    }
    if (config.path("sliding_window").asInt(0) > 0
        && config.path("model_type").asText().equals("mistral")) {
      remarks.add(
          "llama.cpp ignores sliding_window %d: beyond that many tokens it computes something else"
              .formatted(config.path("sliding_window").asInt()));
    }
  }

  @Override
  public void requirePossible() {
    for (String layer : model.layers()) {
      place(layer + ".weight");
      GgufType type = typeOf(layer);
      if (type.blocks().isPresent() && model.shape(layer).cols() % GgufBlocks.BLOCK != 0) {
        throw ExportException.ofLayer(
            layer,
            "%s holds blocks of 32 inputs, but there are %d; use F16"
                .formatted(type, model.shape(layer).cols()));
      }
    }
    model.rest().forEach(info -> place(info.name()));
    boolean tied = config.path("tie_word_embeddings").asBoolean(false);
    if (!tied && model.rest().stream().noneMatch(info -> info.name().equals("lm_head.weight"))) {
      throw new ExportException("the model has no lm_head.weight, and config.json does not tie it");
    }
  }

  private static Place place(String tensor) {
    return GgufNames.place(tensor)
        .orElseThrow(() ->
            new ExportException(
                "llama.cpp has no place for tensor %s of this architecture".formatted(tensor)));
  }

  @Override
  public List<String> remarks() {
    return remarks;
  }

  @Override
  public boolean lossless() {
    return false; // codes move with the zero, so weights are compared
  }

  /** Whether blocks hold the codes as they were solved. */
  private boolean keepsCodes(String layer) {
    return own(layer).filter(type -> asked == null || asked == type).isPresent();
  }

  /** The block type that holds a layer's solution. */
  private Optional<GgufType> own(String layer) {
    QuantSpec spec = model.spec(layer);
    boolean blocks =
        spec.axis() == Axis.IN
            && spec.groupSize() != QuantSpec.TENSOR
            && !model.indexed(layer)
            && spec.grouping(model.shape(layer)).size() % GgufBlocks.BLOCK == 0;
    if (!blocks) {
      return Optional.empty();
    }
    boolean symmetric = spec.zeroPoint() == ZeroPoint.SYMMETRIC;
    if (symmetric && spec.bits() == Bits.FOUR && asked != GgufType.Q4_1) {
      return Optional.of(GgufType.Q4_0);
    }
    if (symmetric && spec.bits() == Bits.EIGHT) {
      return Optional.of(GgufType.Q8_0);
    }
    return spec.maxCode() <= 15 ? Optional.of(GgufType.Q4_1) : Optional.empty();
  }

  private GgufType typeOf(String layer) {
    return asked != null ? asked : own(layer).orElse(GgufType.F16);
  }

  @Override
  public void write(Path folder, Consumer<String> done) {
    Map<String, Object> metadata = GgufMetadata.of(config, fileType(), ModelName.of(model));
    metadata.putAll(new java.util.TreeMap<>(tokenizer.values()));
    Optional<float[]> factors = GgufMetadata.ropeFactors(config);
    try (GgufWriter writer =
        new GgufWriter(folder.resolve(FILE), metadata, entries(factors.isPresent()))) {
      factors.ifPresent(
          values -> writer.write("rope_freqs.weight", 0, MemorySegment.ofArray(values)));
      for (TensorInfo info : model.rest()) {
        Parallel.checkInterrupt("exporting " + info.name());
        writeRest(info, writer);
      }
      for (String layer : model.layers()) {
        Parallel.checkInterrupt("exporting " + layer);
        MemorySegment bytes = bytes(layer);
        Place place = place(layer + ".weight");
        writer.write(place.tensor(), place.expert() * bytes.byteSize(), bytes);
        done.accept(layer);
      }
      writer.finish();
    }
    model.companions().ifPresent(from -> Companions.copy(from, folder));
  }

  /** The type that most layers have names the file. */
  private GgufType fileType() {
    return typeOf(model.layers().getFirst());
  }

  private List<Entry> entries(boolean stretched) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    if (stretched) {
      long pairs = GgufMetadata.ropeFactors(config).orElseThrow().length;
      entries.put(
          "rope_freqs.weight", new Entry("rope_freqs.weight", List.of(pairs), GgufType.F32));
    }
    for (TensorInfo info : model.rest()) {
      List<Long> sides = new ArrayList<>(info.shape().reversed());
      add(entries, place(info.name()), sides, restType(info));
    }
    for (String layer : model.layers()) {
      Shape shape = model.shape(layer);
      add(entries, place(layer + ".weight"), List.of(shape.cols(), shape.rows()), typeOf(layer));
    }
    return List.copyOf(entries.values());
  }

  /** Experts of one kind share a tensor, so they must share shape and type. */
  private void add(Map<String, Entry> entries, Place place, List<Long> sides, GgufType type) {
    boolean mixture = place.tensor().contains("_exps.");
    List<Long> all = new ArrayList<>(sides);
    if (mixture) {
      all.add(config.path("num_local_experts").asLong());
    }
    Entry entry = new Entry(place.tensor(), all, type);
    Entry known = entries.putIfAbsent(place.tensor(), entry);
    if (known != null && (!mixture || !known.equals(entry))) {
      throw new ExportException(
          "tensor %s: all experts must have one shape and type, but one is %s and another %s"
              .formatted(place.tensor(), known.type(), type));
    }
  }

  /**
   * Vectors and routers are computed with in float32; matrices keep their type, or are F32, too.
   */
  private GgufType restType(TensorInfo info) {
    boolean small = info.shape().size() < 2 || info.name().endsWith("block_sparse_moe.gate.weight");
    if (small || info.dtype() == DType.F32 || asked == GgufType.F32) {
      return GgufType.F32;
    }
    return info.dtype() == DType.BF16 ? GgufType.BF16 : GgufType.F16;
  }

  private void writeRest(TensorInfo info, GgufWriter writer) {
    GgufType type = restType(info);
    Place place = place(info.name());
    HeadRows order = order(info.name());
    if (type != GgufType.F32 && order.heads() == 0) {
      model.restBytes(
          info.name(),
          bytes -> writer.write(place.tensor(), place.expert() * bytes.byteSize(), bytes));
      return;
    }
    Matrix matrix = model.restMatrix(info.name());
    boolean column = matrix.rows() == 1;
    Matrix ordered =
        column
            ? order.of(matrix.reshaped(matrix.cols(), 1)).reshaped(1, matrix.cols())
            : order.of(matrix);
    MemorySegment bytes = floats(ordered, type, info.name());
    writer.write(place.tensor(), place.expert() * bytes.byteSize(), bytes);
  }

  private MemorySegment bytes(String layer) {
    QuantizedMatrix q = model.layer(layer);
    GgufType type = typeOf(layer);
    HeadRows order = order(layer + ".weight");
    Optional<GgufBlocks> blocks = type.blocks();
    if (blocks.isPresent() && keepsCodes(layer)) {
      return blocks.get().pack(order.of(q)).segment();
    }
    Matrix weight = order.of(q.dequantized());
    return blocks.isPresent()
        ? blocks.get().quantize(weight).segment()
        : floats(weight, type, layer);
  }

  private static MemorySegment floats(Matrix matrix, GgufType type, String what) {
    return switch (type) {
      case F16 -> HalfTensors.float16(matrix, what);
      case BF16 -> HalfTensors.bfloat16(matrix);
      default -> matrix.segment();
    };
  }

  private HeadRows order(String tensor) {
    return GgufModel.order(architecture, config, tensor, false);
  }

  @Override
  public WrittenModel reopen(Path folder) {
    GgufModel written = GgufModel.open(folder.resolve(FILE));
    return new WrittenModel() {
      @Override
      public Codes codes(String layer) {
        return written.layer(layer).codes();
      }

      /** A layer that was stored as floats is one of the rest. */
      @Override
      public Matrix weight(String layer) {
        return typeOf(layer).blocks().isPresent()
            ? written.layer(layer).dequantized()
            : written.restMatrix(layer + ".weight");
      }
    };
  }
}

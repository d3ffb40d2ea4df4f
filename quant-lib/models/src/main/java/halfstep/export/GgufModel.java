package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.pack.GgufBlocks;
import halfstep.pack.Packed;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import halfstep.tensor.OffHeap;
import halfstep.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A GGUF file under the names and in the row order of Hugging Face. */
final class GgufModel implements QuantizedModel {

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private final GgufFile file;
  private final ObjectNode config;
  private final String architecture;
  private final Map<String, Part> layers = new LinkedHashMap<>();
  private final Map<String, Part> rest = new LinkedHashMap<>();

  /** One expert's share of a tensor, or all of one without experts. */
  private record Part(GgufTensor tensor, int expert) {}

  private GgufModel(GgufFile file) {
    this.file = file;
    this.config = GgufMetadata.config(file);
    this.architecture = String.valueOf(file.metadata().get("general.architecture"));
    for (GgufTensor tensor : file.tensors()) {
      if (!tensor.name().startsWith("rope_freqs")) {
        requirePlace(tensor);
        for (int expert = 0; expert < tensor.experts(); expert++) {
          sort(new Part(tensor, expert));
        }
      }
    }
  }

  /**
   * Before experts are counted: of a type that is not read, nobody knows whether they are there.
   */
  private void requirePlace(GgufTensor tensor) {
    file.type(tensor);
    boolean mixture = tensor.name().contains("_exps.");
    if (GgufNames.huggingFace(tensor.name(), 0).isEmpty()
        || tensor.sides().size() > (mixture ? 3 : 2)) {
      throw ExportException.ofFile(
          file.path(),
          "tensor %s of %s has no place in this model".formatted(tensor.name(), tensor.sides()));
    }
  }

  /**
   * @throws ExportException if it is no GGUF file, or of an architecture that is not read
   */
  static GgufModel open(Path path) {
    return new GgufModel(GgufFile.open(path));
  }

  private void sort(Part part) {
    String name = GgufNames.huggingFace(part.tensor().name(), part.expert()).orElseThrow();
    boolean quantized = file.type(part.tensor()).blocks().isPresent();
    if (quantized && name.startsWith("model.layers.")) {
      layers.put(name.replaceFirst("\\.weight$", ""), part);
    } else {
      rest.put(name, part);
    }
  }

  /** The order of a tensor's rows, between Hugging Face's and this architecture's. */
  static HeadRows order(String architecture, ObjectNode config, String tensor, boolean inverse) {
    if (!GgufMetadata.reordersHeads(architecture)) {
      return HeadRows.SAME;
    }
    if (tensor.matches(".*\\.q_proj\\.(weight|bias)")) {
      return new HeadRows(GgufMetadata.heads(config), inverse);
    }
    if (tensor.matches(".*\\.k_proj\\.(weight|bias)")) {
      return new HeadRows(GgufMetadata.keyValueHeads(config), inverse);
    }
    return HeadRows.SAME;
  }

  private HeadRows order(String tensor) {
    return order(architecture, config, tensor, true);
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public String scheme() {
    Set<GgufType> types = new java.util.TreeSet<>();
    layers.values().forEach(part -> types.add(file.type(part.tensor())));
    return types.isEmpty()
        ? "gguf floats"
        : "gguf " + String.join(" ", types.stream().map(GgufType::name).toList());
  }

  @Override
  public Optional<Path> companions() {
    return Optional.ofNullable(file.path().toAbsolutePath().getParent());
  }

  @Override
  public ObjectNode config() {
    return config.deepCopy();
  }

  @Override
  public List<String> layers() {
    return List.copyOf(layers.keySet());
  }

  @Override
  public Shape shape(String layer) {
    GgufTensor tensor = part(layer).tensor();
    return new Shape(tensor.out(), tensor.in());
  }

  @Override
  public QuantSpec spec(String layer) {
    GgufType type = file.type(part(layer).tensor());
    Bits bits = type == GgufType.Q8_0 ? Bits.EIGHT : Bits.FOUR;
    ZeroPoint zero = type == GgufType.Q4_1 ? ZeroPoint.FLOAT : ZeroPoint.SYMMETRIC;
    return new QuantSpec(bits, GgufBlocks.BLOCK, Axis.IN, zero);
  }

  @Override
  public QuantizedMatrix layer(String layer) {
    GgufBlocks blocks = file.type(part(layer).tensor()).blocks().orElseThrow();
    Shape shape = shape(layer);
    Packed packed = packed(part(layer), blocks, shape);
    Codes codes = blocks.unpack(packed, shape);
    QuantizedMatrix q = new QuantizedMatrix(spec(layer), codes, params(packed, blocks, shape));
    return order(layer + ".weight").of(q);
  }

  private Packed packed(Part part, GgufBlocks blocks, Shape shape) {
    Shape words = blocks.wordShape(shape);
    MemorySegment own = OffHeap.allocate(words.size());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment.copy(file.map(part.tensor(), part.expert(), arena), 0, own, 0, words.size());
    }
    return Packed.over(words, Byte.SIZE, own);
  }

  private static GroupParams params(Packed packed, GgufBlocks blocks, Shape shape) {
    long perRow = shape.cols() / GgufBlocks.BLOCK;
    Matrix scales = Matrix.zeros(shape.rows(), perRow);
    Matrix zeros = Matrix.zeros(shape.rows(), perRow);
    for (long block = 0; block < scales.size(); block++) {
      long at = block * blocks.blockBytes();
      float scale = half(packed.segment(), at);
      switch (blocks) {
        case Q4_0 -> zeros.put(block, 8);
        case Q8_0 -> zeros.put(block, 128);
        case Q4_1 -> {
          float minimum = half(packed.segment(), at + Short.BYTES);
          // w = d·q + m = (q + m/d)·d; a block of equal weights has d = 0 and codes of no weight
          zeros.put(block, scale == 0 ? -minimum : -minimum / scale);
          scale = scale == 0 ? 1 : scale;
        }
      }
      scales.put(block, scale);
    }
    return new GroupParams(scales, zeros);
  }

  private static float half(MemorySegment from, long at) {
    return Float.float16ToFloat(from.get(SHORT, at));
  }

  private Part part(String layer) {
    Part part = layers.get(layer);
    if (part == null) {
      throw ExportException.ofFile(file.path(), "it holds no quantized layer " + layer);
    }
    return part;
  }

  @Override
  public Optional<Matrix> original(String layer) {
    return Optional.empty();
  }

  @Override
  public List<TensorInfo> rest() {
    return rest.entrySet().stream().map(entry -> info(entry.getKey(), entry.getValue())).toList();
  }

  private TensorInfo info(String name, Part part) {
    DType dtype =
        switch (file.type(part.tensor())) {
          case F16 -> DType.F16;
          case BF16 -> DType.BF16;
          case F32, Q4_0, Q4_1, Q8_0 -> DType.F32;
        };
    GgufTensor tensor = part.tensor();
    List<Long> shape =
        tensor.sides().size() == 1 ? tensor.sides() : List.of(tensor.out(), tensor.in());
    return new TensorInfo(name, dtype, shape);
  }

  @Override
  public Matrix restMatrix(String name) {
    Part part = rest.get(name);
    if (part == null) {
      throw ExportException.ofFile(file.path(), "it holds no tensor " + name);
    }
    GgufTensor tensor = part.tensor();
    Shape shape = new Shape(tensor.out(), tensor.in());
    Optional<GgufBlocks> blocks = file.type(tensor).blocks();
    Matrix matrix =
        blocks.isPresent()
            ? blocks.get().dequantize(packed(part, blocks.get(), shape), shape)
            : floats(part, shape);
    HeadRows order = order(name);
    return tensor.sides().size() == 1
        ? order.of(matrix.reshaped(matrix.cols(), 1)).reshaped(1, matrix.cols())
        : order.of(matrix);
  }

  private Matrix floats(Part part, Shape shape) {
    Matrix matrix = Matrix.zeros(shape.rows(), shape.cols());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = file.map(part.tensor(), part.expert(), arena);
      switch (file.type(part.tensor())) {
        case F16 -> Halves.readFloat16(bytes, matrix);
        case BF16 -> Halves.readBfloat16(bytes, matrix);
        default -> MemorySegment.copy(bytes, 0, matrix.segment(), 0, bytes.byteSize());
      }
    }
    return matrix;
  }

  @Override
  public void restBytes(String name, Consumer<MemorySegment> use) {
    Matrix matrix = restMatrix(name);
    switch (info(name, java.util.Objects.requireNonNull(rest.get(name))).dtype()) {
      case F16 -> use.accept(HalfTensors.float16(matrix, name));
      case BF16 -> use.accept(HalfTensors.bfloat16(matrix));
      default -> use.accept(matrix.segment());
    }
  }
}

package halfstep.export;

import halfstep.pack.Packed;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsException;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.tensor.OffHeap;
import halfstep.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The tensors of a checkpoint of one file or several, packed ones included, by name. */
final class TensorFiles {

  private final Path path;
  private final Map<String, SafetensorsFile> byName = new LinkedHashMap<>();

  private TensorFiles(Path path, List<Path> files) {
    this.path = path;
    for (Path file : files) {
      SafetensorsFile opened = SafetensorsFile.open(file);
      opened.names().forEach(name -> byName.put(name, opened));
    }
  }

  /** Opens a folder in the layout of Hugging Face, or one file. */
  static TensorFiles open(Path path) {
    return new TensorFiles(path, Checkpoint.open(path).files());
  }

  /**
   * Opens files that have no names yet.
   *
   * @param path what to call them in refusals
   */
  static TensorFiles over(Path path, List<Path> files) {
    return new TensorFiles(path, files);
  }

  Path path() {
    return path;
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  boolean contains(String name) {
    return byName.containsKey(name);
  }

  TensorInfo info(String name) {
    return file(name).info(name);
  }

  /** A float tensor of one or two sides as float32. */
  Matrix matrix(String name) {
    return file(name).matrix(name);
  }

  long[] integers(String name) {
    return file(name).integers(name);
  }

  /** The one number that a tensor without sides holds; floats are widened. */
  double scalar(String name) {
    TensorInfo info = info(name);
    if (info.elements() != 1) {
      throw refusal(info, "one number was expected");
    }
    if (info.dtype() == DType.F32) {
      double[] value = new double[1];
      bytes(name, segment -> value[0] = segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0));
      return value[0];
    }
    return integers(name)[0];
  }

  /** A tensor of ASCII bytes, as hqq writes words. */
  String text(String name) {
    byte[][] text = new byte[1][];
    bytes(name, segment -> text[0] = segment.toArray(ValueLayout.JAVA_BYTE));
    return new String(text[0], StandardCharsets.US_ASCII);
  }

  /** Shows a tensor's bytes; the segment is gone afterwards. */
  void bytes(String name, Consumer<MemorySegment> use) {
    try (Arena arena = Arena.ofConfined()) {
      use.accept(file(name).map(name, arena));
    }
  }

  /**
   * Packed words in memory of their own.
   *
   * @param wordBits 8 or 32; the tensor must hold such words
   */
  Packed packed(String name, int wordBits) {
    TensorInfo info = info(name);
    DType expected = wordBits == Integer.SIZE ? DType.I32 : DType.U8;
    if (info.dtype() != expected || !info.isMatrix()) {
      throw refusal(info, "a matrix of %s was expected".formatted(expected));
    }
    Packed[] packed = new Packed[1];
    bytes(
        name,
        segment -> {
          MemorySegment own = OffHeap.allocate(Math.max(1, segment.byteSize()));
          MemorySegment.copy(segment, 0, own, 0, segment.byteSize());
          Shape shape = info.matrixShape();
          packed[0] = Packed.over(shape, wordBits, own.asSlice(0, segment.byteSize()));
        });
    return packed[0];
  }

  private ExportException refusal(TensorInfo info, String problem) {
    return ExportException.ofFile(path, "tensor %s: %s".formatted(info, problem));
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = byName.get(name);
    if (file == null) {
      throw new SafetensorsException(path, "it holds no tensor " + name);
    }
    return file;
  }
}

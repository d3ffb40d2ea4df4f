package halfstep.plant;

import halfstep.llm.ModelException;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes the copy tensor by tensor, in the memory of one. */
final class PlantedFolder {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PlantedFolder() {}

  /**
   * @param rescalings by tensor; the others are copied
   * @param label says in the file what was done
   */
  static void write(
      Checkpoint checkpoint,
      Path model,
      Map<String, Rescaling> rescalings,
      String label,
      Path out) {
    List<TensorInfo> tensors =
        checkpoint.tensors().stream()
            .map(info -> new TensorInfo(info.name(), dtype(info, rescalings), info.shape()))
            .toList();
    Map<String, String> metadata = Map.of("format", "pt", "halfstep.plant", label);
    makeFolder(out);
    Path file = out.resolve("model.safetensors");
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, tensors, metadata)) {
      for (TensorInfo info : tensors) {
        Parallel.checkInterrupt("the planting");
        Matrix matrix = checkpoint.matrix(info.name());
        Rescaling rescaling = rescalings.get(info.name());
        if (rescaling != null) {
          rescaling.apply(matrix);
        }
        writer.write(info.name(), bytes(info, matrix));
      }
      writer.finish();
    }
    copyOthers(model, out);
  }

  private static DType dtype(TensorInfo info, Map<String, Rescaling> rescalings) {
    if (!info.dtype().isWeight()) {
      throw new ModelException(
          "tensor %s holds %s; only F32, F16 and BF16 can be planted: plant the model before it is quantized"
              .formatted(info.name(), info.dtype()));
    }
    boolean narrow = info.dtype() == DType.F16 && rescalings.containsKey(info.name());
    return narrow ? DType.F32 : info.dtype();
  }

  private static MemorySegment bytes(TensorInfo info, Matrix matrix) {
    if (info.dtype() == DType.F32) {
      return matrix.segment();
    }
    byte[] bytes = new byte[Math.toIntExact(info.bytes())];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    for (long i = 0; i < matrix.size(); i++) {
      float value = matrix.at(i);
      segment.set(SHORT, 2 * i, half(info, value));
    }
    return segment;
  }

  /** Refuses a value that the type cannot hold: the function would not be the same. */
  private static short half(TensorInfo info, float value) {
    boolean wide = info.dtype() == DType.BF16;
    short half = wide ? Halves.toBfloat16(value) : Float.floatToFloat16(value);
    float back = wide ? Halves.fromBfloat16(half) : Float.float16ToFloat(half);
    if (back != value) {
      throw new ModelException(
          "tensor %s: %s leaves the range of %s when rescaled; use a smaller sigma"
              .formatted(info.name(), value, info.dtype()));
    }
    return half;
  }

  private static void makeFolder(Path out) {
    try {
      Files.createDirectories(out);
    } catch (IOException e) {
      throw new UncheckedIOException(out + " cannot be made", e);
    }
  }

  /** Configuration and tokenizer: every file that holds no weights. */
  private static void copyOthers(Path model, Path out) {
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (name.matches("(tokenizer|config|generation|special|vocab|merges|added).*")) {
          Files.copy(file, out.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s could not be copied".formatted(model), e);
    }
  }
}

package halfstep.synth;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.export.ShardedWriter;
import halfstep.job.JobException;
import halfstep.job.OutputFolder;
import halfstep.llm.ModelConfig;
import halfstep.safetensors.DType;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A checkpoint that nobody trained: for what depends on a model's size and the look of its weights,
 * and not on what it says. Written in the memory of a few rows, the same bytes for the same seed on
 * any machine.
 */
public final class SyntheticModel {

  private static final int SLAB = 1 << 25;

  private final ObjectNode config;
  private final WeightLaw law;

  private SyntheticModel(ObjectNode config, long seed) {
    this.config = config;
    this.law = new WeightLaw(seed);
  }

  /**
   * What was written.
   *
   * @param tensors their number
   * @param weights in all of them
   * @param bytes of all of them
   */
  public record Written(Path out, int tensors, long weights, long bytes) {}

  /**
   * A model of a shape.
   *
   * @param layers its number of blocks
   */
  public static SyntheticModel of(ModelConfig shape, int layers, long seed) {
    return new SyntheticModel(ShapeJson.of(shape), seed).withLayers(layers);
  }

  /**
   * A model of the shape that another's {@code config.json} gives.
   *
   * @param folder holds it; nothing else of it is read
   */
  public static SyntheticModel like(Path folder, int layers, long seed) {
    Path file = folder.resolve("config.json");
    try {
      if (JsonMapper.builder().build().readTree(file.toFile()) instanceof ObjectNode config) {
        config.remove(List.of("layer_types", "quantization_config"));
        return new SyntheticModel(config, seed).withLayers(layers);
      }
      throw new JobException(file + " is no JSON object");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private SyntheticModel withLayers(int layers) {
    config.put("num_hidden_layers", layers);
    config.put("torch_dtype", "bfloat16");
    return this;
  }

  /**
   * Writes the folder; it appears when it is complete.
   *
   * @param out must not exist, or be empty
   * @param mostBytes of a file
   * @param listener hears of the share that is written, 0 to 1, and the tensor
   * @throws JobException if the disk has no room for it
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public Written write(Path out, long mostBytes, BiConsumer<Double, String> listener) {
    try (OutputFolder folder = OutputFolder.create(out)) {
      Path files = folder.resolve("");
      write(folder.resolve("config.json"));
      List<TensorInfo> tensors = tensors(ModelConfig.read(files));
      long bytes = tensors.stream().mapToLong(TensorInfo::bytes).sum();
      requireRoom(files, bytes);
      long done = 0;
      try (ShardedWriter writer = new ShardedWriter(files, tensors, mostBytes)) {
        for (TensorInfo tensor : tensors) {
          write(tensor, writer);
          done += tensor.bytes();
          listener.accept((double) done / bytes, tensor.name());
        }
        writer.finish();
      }
      folder.finish();
      return new Written(out, tensors.size(), bytes / Short.BYTES, bytes);
    }
  }

  private void write(Path file) {
    try {
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build()
          .writeValue(file.toFile(), config);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  private static List<TensorInfo> tensors(ModelConfig shape) {
    List<TensorInfo> tensors = new ArrayList<>();
    shape
        .tensors()
        .forEach((name, sides) ->
            tensors.add(
                sides.rows() == 1
                    ? new TensorInfo(name, DType.BF16, List.of(sides.cols()))
                    : TensorInfo.matrix(name, DType.BF16, sides)));
    return tensors;
  }

  private static void requireRoom(Path folder, long bytes) {
    try {
      long room = Files.getFileStore(folder).getUsableSpace();
      if (room < bytes) {
        throw new JobException(
            "the model takes %d MB, but %d MB are free where it goes; ask for fewer --layers or another folder"
                .formatted(bytes / 1_000_000, room / 1_000_000));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be asked for its room", e);
    }
  }

  private void write(TensorInfo tensor, ShardedWriter writer) {
    Shape shape = tensor.matrixShape();
    int in = Math.toIntExact(shape.cols());
    if (shape.rows() == 1) {
      writer.write(tensor.name(), MemorySegment.ofArray(law.norm(tensor.name(), in)));
      return;
    }
    float[] channels = law.channels(tensor.name(), in);
    long rowBytes = (long) in * Short.BYTES;
    long rows = Math.clamp(SLAB / rowBytes, 1, shape.rows());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment slab = arena.allocate(rows * rowBytes, 64);
      for (long first = 0; first < shape.rows(); first += rows) {
        long count = Math.min(rows, shape.rows() - first);
        draw(tensor.name(), first, count, channels, slab);
        writer.write(tensor.name(), first * rowBytes, slab.asSlice(0, count * rowBytes));
      }
    }
  }

  private void draw(String tensor, long first, long count, float[] channels, MemorySegment slab) {
    Parallel.blocks(
        count,
        "writing " + tensor,
        row -> {
          short[] values = new short[channels.length];
          law.row(tensor, first + row, channels, values);
          long at = row * channels.length * Short.BYTES;
          MemorySegment.copy(values, 0, slab, ValueLayout.JAVA_SHORT_UNALIGNED, at, values.length);
        });
  }
}

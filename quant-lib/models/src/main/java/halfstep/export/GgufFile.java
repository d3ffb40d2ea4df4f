package halfstep.export;

import halfstep.tensor.InterruptedWork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file of version 2 or 3. Opening reads and checks the header alone; holds no open file.
 *
 * <p>Reference: ggml {@code docs/gguf.md}.
 */
final class GgufFile {

  static final int ALIGNMENT = 32;

  private final Path path;
  private final Map<String, Object> metadata;
  private final Map<String, GgufTensor> tensors;
  private final long dataStart;

  private GgufFile(
      Path path,
      Map<String, Object> metadata,
      Map<String, GgufTensor> tensors,
      long dataStart,
      long size) {
    this.path = path;
    this.metadata = Collections.unmodifiableMap(metadata);
    this.tensors = Collections.unmodifiableMap(tensors);
    this.dataStart = dataStart;
    tensors.values().forEach(tensor -> requireInside(tensor, size));
  }

  /**
   * @throws ExportException if there is no such file, or its header is wrong in any way
   */
  static GgufFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw ExportException.ofFile(path, "there is no such file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long size = channel.size();
      MemorySegment all = channel.map(MapMode.READ_ONLY, 0, size, arena);
      GgufHeader header = GgufHeader.read(path, all);
      return new GgufFile(path, header.metadata(), header.tensors(), header.dataStart(), size);
    } catch (ClosedByInterruptException e) {
      throw new InterruptedWork("reading " + path);
    } catch (IOException e) {
      throw new ExportException(path + ": it cannot be read: " + e.getMessage(), e);
    }
  }

  private void requireInside(GgufTensor tensor, long size) {
    GgufType type = GgufType.of(tensor.typeCode()).orElse(null);
    if (type == null) {
      return; // refused when it is read: the file can still be inspected
    }
    if (type.blocks().isPresent() && tensor.in() % 32 != 0) {
      throw refusal(tensor, "%d inputs are no whole blocks of 32".formatted(tensor.in()));
    }
    long bytes = Math.multiplyExact(type.bytes(tensor.in()), tensor.rows());
    // without sums, which a corrupt offset would overflow
    if (tensor.offset() > size - dataStart || bytes > size - dataStart - tensor.offset()) {
      throw refusal(
          tensor,
          "it should take %d bytes from byte %d of the data on, but the file ends at %d; it is cut off or corrupt, fetch it again"
              .formatted(bytes, tensor.offset(), size));
    }
  }

  Path path() {
    return path;
  }

  Map<String, Object> metadata() {
    return metadata;
  }

  List<GgufTensor> tensors() {
    return List.copyOf(tensors.values());
  }

  boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** The type of a tensor, if it is one that is read. */
  GgufType type(GgufTensor tensor) {
    return GgufType.of(tensor.typeCode())
        .orElseThrow(() ->
            refusal(
                tensor,
                "ggml type %d is not read; F32, F16, BF16, Q4_0, Q4_1 and Q8_0 are: llama-quantize --allow-requantize makes Q8_0 of it"
                    .formatted(tensor.typeCode())));
  }

  /**
   * Maps the bytes of one expert of a tensor, or of all of it if it has none.
   *
   * @param arena when it closes, they are unmapped
   */
  MemorySegment map(GgufTensor tensor, long expert, Arena arena) {
    long bytes = type(tensor).bytes(tensor.in()) * tensor.out();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long from = dataStart + tensor.offset() + expert * bytes;
      return channel.map(MapMode.READ_ONLY, from, bytes, arena);
    } catch (ClosedByInterruptException e) {
      throw new InterruptedWork("reading " + path);
    } catch (IOException e) {
      throw new ExportException(
          "%s: tensor %s cannot be read: %s".formatted(path, tensor.name(), e.getMessage()), e);
    }
  }

  GgufTensor tensor(String name) {
    GgufTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw ExportException.ofFile(path, "it holds no tensor " + name);
    }
    return tensor;
  }

  private ExportException refusal(GgufTensor tensor, String problem) {
    return ExportException.ofFile(path, "tensor %s: %s".formatted(tensor.name(), problem));
  }
}

package halfstep.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.tensor.InterruptedWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Writes a safetensors file tensor by tensor, in any order, holding none of them in memory.
 *
 * <p>What is to come is declared first. Tensors lie by falling width, then by name: the same
 * content gives the same bytes, and readers that view a mapped file as typed memory find it
 * aligned. The file gets its name when it is complete; until then it is called {@code
 * .NAME.partial}.
 */
public final class SafetensorsWriter implements AutoCloseable {

  private static final int SLICE = 1 << 26;
  private static final int READ_SLICE = 1 << 22;

  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private final Map<String, TensorInfo> declared = new LinkedHashMap<>();
  private final Map<String, Long> offsets = new LinkedHashMap<>();
  private final Map<String, Long> parts = new HashMap<>();
  private final Set<String> missing;
  private boolean kept;

  private SafetensorsWriter(Path target, Path partial, FileChannel channel) {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
    this.missing = new LinkedHashSet<>();
  }

  /**
   * Starts a file.
   *
   * @param target replaced, if it exists, when the writer is finished
   * @param tensors what will be written, in any order
   * @param metadata free text for the header, possibly empty
   * @throws SafetensorsException if two tensors share a name
   */
  public static SafetensorsWriter create(
      Path target, List<TensorInfo> tensors, Map<String, String> metadata) {
    return open(
        target,
        tensors,
        metadata,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  /**
   * Starts a file, or goes on with one that {@link #keep} or a killed process left, be it named
   * already. Whatever lies there, a tensor counts as written only when {@link #accept} has looked
   * at it.
   *
   * @param tensors what was declared then
   * @param metadata what was said then
   */
  public static SafetensorsWriter resume(
      Path target, List<TensorInfo> tensors, Map<String, String> metadata) {
    try {
      if (Files.exists(target)) {
        Files.move(target, partial(target), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be gone on with", e);
    }
    return open(
        target,
        tensors,
        metadata,
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE,
        StandardOpenOption.READ);
  }

  private static Path partial(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".partial");
  }

  private static SafetensorsWriter open(
      Path target, List<TensorInfo> tensors, Map<String, String> metadata, OpenOption... how) {
    Path partial = partial(target);
    try {
      FileChannel channel = FileChannel.open(partial, how);
      SafetensorsWriter writer = new SafetensorsWriter(target, partial, channel);
      writer.writeHeader(tensors, metadata);
      return writer;
    } catch (IOException e) {
      throw failure(e, "writing", target, "written");
    }
  }

  private void writeHeader(List<TensorInfo> tensors, Map<String, String> metadata)
      throws IOException {
    List<TensorInfo> ordered = new ArrayList<>(tensors);
    ordered.sort(
        Comparator.comparingInt((TensorInfo t) -> -t.dtype().bits())
            .thenComparing(TensorInfo::name));
    ObjectNode root = JsonMapper.builder().build().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(texts::put);
    }
    long end = 0;
    for (TensorInfo info : ordered) {
      if (declared.put(info.name(), info) != null) {
        throw SafetensorsException.ofTensor(target, info.name(), "it is declared twice");
      }
      ObjectNode node = root.putObject(info.name()).put("dtype", info.dtype().name());
      info.shape().forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(end).add(end + info.bytes());
      offsets.put(info.name(), end);
      end += info.bytes();
    }
    missing.addAll(declared.keySet());
    place(root.toString());
  }

  /** Pads the header with spaces to a multiple of eight, as the reference writer does. */
  private void place(String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    int length = Math.ceilDiv(bytes.length, 8) * 8;
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(length).put(bytes);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    writeFully(buffer.flip(), 0);
    offsets.replaceAll((name, offset) -> offset + Long.BYTES + length);
  }

  /**
   * Writes one tensor.
   *
   * @param bytes its elements, little-endian, row by row; not modified
   * @throws SafetensorsException if it was not declared, is written twice, or has another size
   */
  public void write(String name, MemorySegment bytes) {
    TensorInfo info = declared.get(name);
    if (info == null || !missing.contains(name)) {
      String problem = info == null ? "it was not declared" : "it was written before";
      throw SafetensorsException.ofTensor(target, name, problem);
    }
    if (bytes.byteSize() != info.bytes()) {
      throw SafetensorsException.ofTensor(
          target,
          name,
          "%s of %s take %d bytes, but %d came"
              .formatted(info.dtype(), info.shape(), info.bytes(), bytes.byteSize()));
    }
    write(name, 0, bytes);
  }

  /**
   * Writes a part of a tensor: parts come in order, and the last completes it.
   *
   * @param offset of the part's first byte in the tensor
   * @return whether the tensor is complete
   * @throws SafetensorsException if it was not declared, is complete, or the part does not follow
   */
  public boolean write(String name, long offset, MemorySegment bytes) {
    TensorInfo info = declared.get(name);
    long expected = parts.getOrDefault(name, 0L);
    long end = offset + bytes.byteSize();
    if (info == null || !missing.contains(name) || offset != expected || end > info.bytes()) {
      throw SafetensorsException.ofTensor(
          target,
          name,
          "bytes %d to %d came, but not those from %d on".formatted(offset, end, expected));
    }
    try {
      long place = offsets.getOrDefault(name, 0L) + offset;
      for (long done = 0; done < bytes.byteSize(); done += SLICE) {
        long count = Math.min(SLICE, bytes.byteSize() - done);
        MemorySegment slice = bytes.asSlice(done, count);
        writeFully(buffer(slice), place + done);
        if (slice.isMapped()) {
          slice.unload(); // or the pages of a whole tensor stay resident
        }
      }
    } catch (IOException e) {
      throw failure(e, "writing", target, "written");
    }
    parts.put(name, end);
    return end == info.bytes() && missing.remove(name);
  }

  /**
   * Counts tensors as written if what lies in all their places has these checksums.
   *
   * @param crc32c of the bytes of each
   * @return whether it has
   */
  public boolean accept(Map<String, Long> crc32c) {
    return isIntact(crc32c) && missing.removeAll(crc32c.keySet());
  }

  /** Whether what lies in the places of tensors has these checksums. */
  public boolean isIntact(Map<String, Long> crc32c) {
    for (Map.Entry<String, Long> tensor : crc32c.entrySet()) {
      if (crc32c(tensor.getKey()) != tensor.getValue()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes the file as long as it will be, so that tensors can be read before all are written.
   *
   * @return where it lies until it is finished
   */
  public Path reserve() {
    long end = 0;
    for (TensorInfo info : declared.values()) {
      end = Math.max(end, offsets.getOrDefault(info.name(), 0L) + info.bytes());
    }
    try {
      if (channel.size() < end) {
        writeFully(ByteBuffer.allocate(1), end - 1);
      }
    } catch (IOException e) {
      throw failure(e, "writing", target, "written");
    }
    return partial;
  }

  /** Waits until what was written is on the disk. */
  public void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw failure(e, "writing", target, "written");
    }
  }

  /** CRC-32C of what lies in a tensor's place; of less than it takes where the file ends there. */
  private long crc32c(String name) {
    TensorInfo info = declared.get(name);
    if (info == null) {
      throw SafetensorsException.ofTensor(target, name, "it was not declared");
    }
    CRC32C crc = new CRC32C();
    ByteBuffer slice = ByteBuffer.allocateDirect((int) Math.min(READ_SLICE, info.bytes()));
    long offset = offsets.getOrDefault(name, 0L);
    try {
      for (long done = 0; done < info.bytes(); done += slice.limit()) {
        slice.clear().limit((int) Math.min(slice.capacity(), info.bytes() - done));
        if (channel.read(slice, offset + done) < 0) {
          break;
        }
        crc.update(slice.flip());
      }
      return crc.getValue();
    } catch (IOException e) {
      throw failure(e, "reading", partial, "read");
    }
  }

  /** What an operation on the file ends with; an interrupt closes its channel. */
  private static RuntimeException failure(IOException e, String work, Path file, String done) {
    return e instanceof ClosedByInterruptException
        ? new InterruptedWork(work + " " + file)
        : new UncheckedIOException("%s cannot be %s".formatted(file, done), e);
  }

  /** Only segments over byte arrays and native memory have a view as a buffer. */
  private static ByteBuffer buffer(MemorySegment slice) {
    return slice.isNative()
        ? slice.asByteBuffer()
        : ByteBuffer.wrap(slice.toArray(ValueLayout.JAVA_BYTE));
  }

  private void writeFully(ByteBuffer buffer, long at) throws IOException {
    long position = at;
    while (buffer.hasRemaining()) {
      position += channel.write(buffer, position);
    }
  }

  /**
   * Gives the file its name.
   *
   * @throws SafetensorsException if a declared tensor was not written
   */
  public void finish() {
    if (!missing.isEmpty()) {
      throw new SafetensorsException(
          target, "%d declared tensors were not written: %s".formatted(missing.size(), missing));
    }
    try {
      channel.force(true);
      channel.close();
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(e, "writing", target, "finished");
    }
  }

  /** From now on {@link #close} leaves what was written to a later {@link #resume}. */
  public void keep() {
    kept = true;
  }

  /** Releases the file; what was not finished is removed unless it is to be kept. */
  @Override
  public void close() {
    try {
      channel.close();
      if (kept) {
        return;
      }
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw new UncheckedIOException(partial + " cannot be removed", e);
    }
  }
}

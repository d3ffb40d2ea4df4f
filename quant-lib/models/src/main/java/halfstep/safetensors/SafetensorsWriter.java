package halfstep.safetensors;

import halfstep.tensor.InterruptedWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Writes a safetensors file tensor by tensor, in any order, holding none of them in memory.
 *
 * <p>What is to come is declared first and has its place ({@link FileLayout}) from then on. The
 * file gets its name when it is complete; until then it is called {@code .NAME.partial}.
 */
public final class SafetensorsWriter implements AutoCloseable {

  private static final int SLICE = 1 << 26;
  private static final int READ_SLICE = 1 << 22;

  private final Path target;
  private final Path partial;
  private final FileChannel channel;
  private final FileLayout layout;
  private final Map<String, Long> parts = new HashMap<>();
  private final Set<String> missing;
  private boolean kept;

  private SafetensorsWriter(Path target, Path partial, FileChannel channel, FileLayout layout) {
    this.target = target;
    this.partial = partial;
    this.channel = channel;
    this.layout = layout;
    this.missing = new LinkedHashSet<>(layout.names());
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
    FileLayout layout = new FileLayout(target, tensors, metadata);
    Path partial = partial(target);
    try {
      FileChannel channel = FileChannel.open(partial, how);
      SafetensorsWriter writer = new SafetensorsWriter(target, partial, channel, layout);
      Channels.writeFully(writer.channel, ByteBuffer.wrap(layout.header()), 0);
      return writer;
    } catch (IOException e) {
      throw failure(e, "writing", target, "written");
    }
  }

  /**
   * Writes one tensor.
   *
   * @param bytes its elements, little-endian, row by row; not modified
   * @throws SafetensorsException if it was not declared, is written twice, or has another size
   */
  public void write(String name, MemorySegment bytes) {
    TensorInfo info = declared(name).info();
    if (!missing.contains(name)) {
      throw SafetensorsException.ofTensor(target, name, "it was written before");
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
    Header.Place tensor = declared(name);
    long expected = parts.getOrDefault(name, 0L);
    long end = offset + bytes.byteSize();
    long size = tensor.info().bytes();
    if (!missing.contains(name) || offset != expected || end > size) {
      throw SafetensorsException.ofTensor(
          target,
          name,
          "bytes %d to %d came, but not those from %d on".formatted(offset, end, expected));
    }
    try {
      long place = tensor.offset() + offset;
      for (long done = 0; done < bytes.byteSize(); done += SLICE) {
        long count = Math.min(SLICE, bytes.byteSize() - done);
        MemorySegment slice = bytes.asSlice(done, count);
        Channels.writeFully(channel, buffer(slice), place + done);
        if (slice.isMapped()) {
          slice.unload(); // or the pages of a whole tensor stay resident
        }
      }
    } catch (IOException e) {
      throw failure(e, "writing", target, "written");
    }
    parts.put(name, end);
    return end == size && missing.remove(name);
  }

  private Header.Place declared(String name) {
    Header.Place place = layout.find(name);
    if (place == null) {
      throw SafetensorsException.ofTensor(target, name, "it was not declared");
    }
    return place;
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
    try {
      if (channel.size() < layout.end()) {
        Channels.writeFully(channel, ByteBuffer.allocate(1), layout.end() - 1);
      }
    } catch (IOException e) {
      throw failure(e, "writing", target, "written");
    }
    return partial;
  }

  /** Waits until what was written is on the disk, and frees the memory that held it. */
  public void force() {
    try {
      channel.force(false);
      PageCache.forget(partial);
    } catch (IOException e) {
      throw failure(e, "writing", target, "written");
    }
  }

  /** CRC-32C of what lies in a tensor's place; of less than it takes where the file ends there. */
  private long crc32c(String name) {
    Header.Place place = declared(name);
    long size = place.info().bytes();
    CRC32C crc = new CRC32C();
    ByteBuffer slice = ByteBuffer.allocateDirect((int) Math.min(READ_SLICE, size));
    try {
      for (long done = 0; done < size; done += slice.limit()) {
        slice.clear().limit((int) Math.min(slice.capacity(), size - done));
        if (channel.read(slice, place.offset() + done) < 0) {
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

package halfstep.export;

import halfstep.safetensors.Channels;
import halfstep.tensor.InterruptedWork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a GGUF file of version 3, tensor by tensor, holding none of them in memory. */
final class GgufWriter implements AutoCloseable {

  private static final int SLICE = 1 << 26;

  private final Path target;
  private final FileChannel channel;
  private final Map<String, Long> offsets = new LinkedHashMap<>();

  /**
   * Starts a file.
   *
   * @param metadata in order; values are Integer (as uint32), Float, Boolean, String, or lists of
   *     Integer (as int32), Float or String
   * @param tensors in order; their offsets are given here, not taken from them
   */
  GgufWriter(Path target, Map<String, Object> metadata, List<Entry> tensors) {
    this.target = target;
    try {
      channel = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      byte[] header = header(metadata, tensors);
      long start = align(header.length);
      offsets.replaceAll((name, offset) -> offset + start);
      Channels.writeFully(channel, ByteBuffer.wrap(header), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be written", e);
    }
  }

  /**
   * A tensor to come.
   *
   * @param sides innermost first
   */
  record Entry(String name, List<Long> sides, GgufType type) {
    Entry {
      sides = List.copyOf(sides);
    }

    long bytes() {
      long rows = sides.stream().skip(1).reduce(1L, Math::multiplyExact);
      return Math.multiplyExact(type.bytes(sides.getFirst()), rows);
    }
  }

  private byte[] header(Map<String, Object> metadata, List<Entry> tensors) {
    Bytes out = new Bytes();
    out.ascii("GGUF").i32(3).i64(tensors.size()).i64(metadata.size());
    metadata.forEach((key, value) -> out.text(key).value(value));
    long end = 0;
    for (Entry entry : tensors) {
      out.text(entry.name()).i32(entry.sides().size());
      entry.sides().forEach(out::i64);
      out.i32(entry.type().code()).i64(end);
      offsets.put(entry.name(), end);
      end = align(end + entry.bytes());
    }
    return out.toByteArray();
  }

  private static long align(long at) {
    return Math.ceilDiv(at, (long) GgufFile.ALIGNMENT) * GgufFile.ALIGNMENT;
  }

  /**
   * Writes bytes of a tensor.
   *
   * @param from where in the tensor they begin
   */
  void write(String name, long from, MemorySegment bytes) {
    long start = offsets.getOrDefault(name, -1L);
    if (start < 0) {
      throw new IllegalStateException("tensor %s was not declared".formatted(name));
    }
    try {
      for (long done = 0; done < bytes.byteSize(); done += SLICE) {
        long count = Math.min(SLICE, bytes.byteSize() - done);
        byte[] slice = bytes.asSlice(done, count).toArray(ValueLayout.JAVA_BYTE);
        Channels.writeFully(channel, ByteBuffer.wrap(slice), start + from + done);
      }
    } catch (ClosedByInterruptException e) {
      throw new InterruptedWork("writing " + target);
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be written", e);
    }
  }

  /** Pads the end and puts everything on disk. */
  void finish() {
    try {
      long size = channel.size();
      Channels.writeFully(channel, ByteBuffer.allocate((int) (align(size) - size)), size);
      channel.force(true);
    } catch (ClosedByInterruptException e) {
      throw new InterruptedWork("writing " + target);
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be finished", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be closed", e);
    }
  }

  /** A header in the making. */
  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Bytes put(ByteBuffer buffer) {
      out.writeBytes(buffer.array());
      return this;
    }

    private static ByteBuffer room(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    Bytes ascii(String text) {
      out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    Bytes i32(int value) {
      return put(room(Integer.BYTES).putInt(value));
    }

    Bytes i64(long value) {
      return put(room(Long.BYTES).putLong(value));
    }

    Bytes text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      i64(bytes.length);
      out.writeBytes(bytes);
      return this;
    }

    Bytes value(Object value) {
      switch (value) {
        case Integer number -> i32(4).i32(number);
        case Float number -> i32(6).i32(Float.floatToIntBits(number));
        case Boolean flag -> {
          i32(7);
          out.write(flag ? 1 : 0);
        }
        case String text -> i32(8).text(text);
        case List<?> list -> array(list);
        default -> throw new IllegalArgumentException("no metadata: " + value.getClass());
      }
      return this;
    }

    private void array(List<?> list) {
      int type =
          switch (list.isEmpty() ? "" : list.getFirst()) {
            case Integer _ -> 5;
            case Float _ -> 6;
            default -> 8;
          };
      i32(9).i32(type).i64(list.size());
      for (Object element : list) {
        switch (element) {
          case Integer number -> i32(number);
          case Float number -> i32(Float.floatToIntBits(number));
          default -> text(element.toString());
        }
      }
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }
  }
}

package halfstep.safetensors;

import halfstep.safetensors.Header.Place;
import halfstep.tensor.Halves;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A safetensors file. Opening reads and checks the header alone. A whole tensor is read by
 * position; what is mapped is unmapped at once, so that resident memory stays at one tensor. Holds
 * no open file.
 */
public final class SafetensorsFile {

  private final Path path;
  private final Header header;

  private SafetensorsFile(Path path, Header header) {
    this.path = path;
    this.header = header;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws SafetensorsException if there is no such file, or its header is wrong in any way
   * @throws InterruptedWork if the calling thread is interrupted
   */
  public static SafetensorsFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new SafetensorsException(path, "there is no such file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new SafetensorsFile(path, HeaderReader.read(path, channel));
    } catch (ClosedByInterruptException e) {
      throw new InterruptedWork("reading " + path);
    } catch (IOException e) {
      throw new SafetensorsException(path, "it cannot be read: " + e.getMessage(), e);
    }
  }

  /** Where it lies. */
  public Path path() {
    return path;
  }

  /** All tensors in the header's order. */
  public List<TensorInfo> tensors() {
    return header.places().values().stream().map(Place::info).toList();
  }

  /** All tensor names in the header's order. */
  public List<String> names() {
    return List.copyOf(header.places().keySet());
  }

  /** Free text of the writer, possibly empty. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** Whether there is such a tensor. */
  public boolean contains(String name) {
    return header.places().containsKey(name);
  }

  /**
   * What a tensor is.
   *
   * @throws SafetensorsException naming the nearest tensor, if there is none of this name
   */
  public TensorInfo info(String name) {
    return place(name).info();
  }

  /**
   * Reads a float tensor.
   *
   * @param name of a vector, which becomes one row, or a matrix, of F32, F16 or BF16
   * @return a new float32 matrix; every value is exact
   * @throws SafetensorsException if there is none, or it is of another kind
   */
  public Matrix matrix(String name) {
    Shape shape = shapeOf(info(name));
    requireWeight(info(name));
    Matrix matrix = Matrix.zeros(shape.rows(), shape.cols());
    read(name, matrix, bytes -> {});
    return matrix;
  }

  /**
   * Reads a float tensor into memory of the caller's.
   *
   * @param into of the tensor's shape; overwritten
   * @param seen hears of the bytes as they lie in the file, some at a time; gone afterwards
   * @return whether all values are known to be finite: that is looked at where it costs nothing
   */
  public boolean read(String name, Matrix into, Consumer<MemorySegment> seen) {
    requireWeight(info(name));
    into.requireShape(shapeOf(info(name)), "tensor " + name);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new TensorReader(path, channel).read(place(name), into, seen);
    } catch (ClosedByInterruptException e) {
      throw new InterruptedWork("reading " + path);
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": tensor " + name + " cannot be read", e);
    }
  }

  private void requireWeight(TensorInfo info) {
    if (!info.dtype().isWeight()) {
      throw SafetensorsException.ofTensor(
          path,
          info.name(),
          "%s values are no weights; F32, F16 and BF16 are".formatted(info.dtype()));
    }
  }

  /**
   * Reads some rows of a float tensor.
   *
   * @param firstRow number of the first
   * @param into filled with as many as it has; as wide as the tensor
   * @throws SafetensorsException as {@link #matrix}
   */
  public void read(String name, long firstRow, Matrix into) {
    TensorInfo info = info(name);
    requireWeight(info);
    long width = shapeOf(info).cols() * info.dtype().bits() / Byte.SIZE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = map(name, arena).asSlice(firstRow * width, into.rows() * width);
      switch (info.dtype()) {
        case F32 -> MemorySegment.copy(mapped, 0, into.segment(), 0, mapped.byteSize());
        case F16 -> Halves.readFloat16(mapped, into);
        case BF16 -> Halves.readBfloat16(mapped, into);
        default -> throw new IllegalStateException(info + " is no weight");
      }
    }
  }

  /**
   * Reads an integer tensor of any shape.
   *
   * @param name of a tensor of I64, I32, I16, I8, U8 or BOOL
   * @return a new array of its elements, row by row
   * @throws SafetensorsException if there is none, or it is of another kind
   */
  public long[] integers(String name) {
    TensorInfo info = info(name);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = map(name, arena);
      long[] values = new long[Math.toIntExact(info.elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] = integer(mapped, info, i);
      }
      return values;
    }
  }

  private long integer(MemorySegment from, TensorInfo info, int i) {
    return switch (info.dtype()) {
      case I64 -> from.get(little(ValueLayout.JAVA_LONG_UNALIGNED), 8L * i);
      case I32 -> from.get(little(ValueLayout.JAVA_INT_UNALIGNED), 4L * i);
      case I16 -> from.get(little(ValueLayout.JAVA_SHORT_UNALIGNED), 2L * i);
      case I8 -> from.get(ValueLayout.JAVA_BYTE, i);
      case U8, BOOL -> Byte.toUnsignedLong(from.get(ValueLayout.JAVA_BYTE, i));
      default ->
          throw SafetensorsException.ofTensor(
              path, info.name(), "%s values are no integers".formatted(info.dtype()));
    };
  }

  private static ValueLayout.OfLong little(ValueLayout.OfLong layout) {
    return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  private static ValueLayout.OfInt little(ValueLayout.OfInt layout) {
    return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  private static ValueLayout.OfShort little(ValueLayout.OfShort layout) {
    return layout.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Maps the bytes of a tensor of any kind.
   *
   * @param arena when it closes, the tensor is unmapped
   * @return read-only, little-endian, possibly unaligned; empty if a side is 0
   */
  public MemorySegment map(String name, Arena arena) {
    Place place = place(name);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long end = place.offset() + place.info().bytes();
      if (channel.size() < end) {
        throw SafetensorsException.ofTensor(path, name, "the file was cut off since it was opened");
      }
      return channel.map(MapMode.READ_ONLY, place.offset(), place.info().bytes(), arena);
    } catch (ClosedByInterruptException e) {
      throw new InterruptedWork("reading " + path);
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": tensor " + name + " cannot be read", e);
    }
  }

  private Shape shapeOf(TensorInfo info) {
    try {
      return info.matrixShape();
    } catch (ShapeException e) {
      throw new SafetensorsException(path, e.getMessage() == null ? "" : e.getMessage(), e);
    }
  }

  private Place place(String name) {
    Place place = header.places().get(name);
    if (place == null) {
      throw new SafetensorsException(
          path, "it holds no tensor %s%s".formatted(name, Names.nearest(name, names())));
    }
    return place;
  }

  @Override
  public String toString() {
    return "%s, %d tensors".formatted(path.getFileName(), header.places().size());
  }
}

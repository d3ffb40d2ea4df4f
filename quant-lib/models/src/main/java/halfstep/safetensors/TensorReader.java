package halfstep.safetensors;

import halfstep.safetensors.Header.Place;
import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads a tensor by position, a slice at a time that stays in the second cache: no page of the file
 * becomes resident, and a disk that fails or a file that shrinks is an exception, where touching a
 * mapped page would be a fault.
 */
final class TensorReader {

  private static final long SLICE = 1 << 18;

  private final Path path;
  private final FileChannel channel;

  TensorReader(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Reads F32, F16 or BF16 values as float32.
   *
   * @param into filled; as large as the tensor
   * @param seen hears of the bytes as they lie in the file, some at a time
   * @return whether all values are known to be finite
   */
  boolean read(Place place, Matrix into, Consumer<MemorySegment> seen) throws IOException {
    TensorInfo info = place.info();
    int width = info.dtype().bits() / Byte.SIZE;
    boolean finite = info.dtype() == DType.BF16;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment halves = arena.allocate(width == Float.BYTES ? 1 : SLICE, 64);
      long step = SLICE / width;
      for (long first = 0; first < into.size(); first += step) {
        long count = Math.min(step, into.size() - first);
        MemorySegment floats = into.segment().asSlice(first * Float.BYTES, count * Float.BYTES);
        MemorySegment raw = width == Float.BYTES ? floats : halves.asSlice(0, count * width);
        fill(raw, place, first * width);
        seen.accept(raw);
        switch (info.dtype()) {
          case F16 -> Halves.readFloat16(raw, Matrix.over(1, count, floats));
          case BF16 -> finite &= Halves.readBfloat16(raw, Matrix.over(1, count, floats));
          default -> {} // F32 is where it belongs
        }
      }
    }
    return finite;
  }

  private void fill(MemorySegment into, Place place, long offset) throws IOException {
    ByteBuffer buffer = into.asByteBuffer();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, place.offset() + offset + buffer.position()) < 0) {
        throw SafetensorsException.ofTensor(
            path, place.info().name(), "the file was cut off since it was opened");
      }
    }
  }
}

package halfstep.job;

import halfstep.tensor.Matrix;
import halfstep.tensor.OffHeap;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.function.ObjLongConsumer;
import java.util.zip.CRC32C;

/**
 * Reads the weights of one layer after the other into memory of three, used in turn: one is read,
 * one solved and one finished, so that the fourth may take the first one's place. Fresh memory
 * would have to be cleared and mapped page by page, which takes longer than reading. Not
 * thread-safe: one thread reads.
 */
final class WeightReader {

  /** Layers at work. */
  static final int LAYERS = 3;

  private final LayerSource source;
  private final boolean kept;
  private final ObjLongConsumer<String> seen;
  private final MemorySegment[] buffers = new MemorySegment[LAYERS];
  private int turn;

  /**
   * @param kept whether somebody looks at weights later: each then gets memory of its own
   * @param seen hears CRC-32C of each weight as it lies in its file
   */
  WeightReader(LayerSource source, boolean kept, ObjLongConsumer<String> seen) {
    this.source = source;
    this.kept = kept;
    this.seen = seen;
  }

  /**
   * Reads a layer's weight.
   *
   * @return {@code out × in}; not to be modified, and no longer there when the third after it is
   *     read
   */
  Matrix read(String layer) {
    CRC32C sum = new CRC32C();
    Matrix weight =
        JobMemory.patiently(() -> {
          sum.reset();
          return source.weight(layer, this::memory, bytes -> sum.update(bytes.asByteBuffer()));
        });
    turn = (turn + 1) % LAYERS;
    seen.accept(layer, sum.getValue());
    return weight;
  }

  private Matrix memory(Shape shape) {
    if (kept) {
      return Matrix.zeros(shape.rows(), shape.cols());
    }
    long bytes = shape.size() * Float.BYTES;
    if (buffers[turn] == null || buffers[turn].byteSize() < bytes) {
      buffers[turn] = MemorySegment.NULL; // the old one goes before the new one comes
      buffers[turn] = OffHeap.allocate(bytes);
    }
    return Matrix.over(shape.rows(), shape.cols(), buffers[turn].asSlice(0, bytes));
  }
}

package halfstep.job;

import halfstep.tensor.Matrix;
import halfstep.tensor.OffHeap;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Memory of three layers' weights, used in turn: one is read, one solved and one finished, so that
 * the fourth may take the first one's place. Fresh memory would have to be cleared and mapped page
 * by page, which takes as long as reading. Not thread-safe: one thread reads.
 */
final class WeightBuffers {

  /** Layers at work. */
  static final int LAYERS = 3;

  private final MemorySegment[] buffers = new MemorySegment[LAYERS];
  private int turn;

  /** Memory for a matrix; what it holds is whatever lay there. */
  Matrix take(Shape shape) {
    long bytes = shape.size() * Float.BYTES;
    if (buffers[turn] == null || buffers[turn].byteSize() < bytes) {
      buffers[turn] = MemorySegment.NULL; // the old one goes before the new one comes
      buffers[turn] = OffHeap.allocate(bytes);
    }
    return Matrix.over(shape.rows(), shape.cols(), buffers[turn].asSlice(0, bytes));
  }

  /** What was taken last is in use: the next is another. */
  void keep() {
    turn = (turn + 1) % LAYERS;
  }
}

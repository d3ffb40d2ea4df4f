package halfstep.export;

import java.lang.foreign.MemorySegment;

/** Takes tensors that were declared before, in any order. */
@FunctionalInterface
interface TensorSink {

  /**
   * @param bytes little-endian, row by row; not modified, nor changed by the caller afterwards
   */
  void write(String tensor, MemorySegment bytes);
}

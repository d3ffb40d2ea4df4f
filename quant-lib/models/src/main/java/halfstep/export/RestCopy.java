package halfstep.export;

import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Parallel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a checkpoint holds besides its layers, copied some bytes at a time: between layers, while
 * others are solved, an embedding of a gigabyte keeps nobody waiting.
 */
final class RestCopy {

  private final QuantizedModel model;
  private final ShardedWriter writer;
  private final Deque<TensorInfo> left;
  private final long bytes;
  private long offset;

  RestCopy(QuantizedModel model, ShardedWriter writer) {
    this.model = model;
    this.writer = writer;
    this.left = new ArrayDeque<>(model.rest());
    this.bytes = left.stream().mapToLong(TensorInfo::bytes).sum();
  }

  /** Of all that is to be copied. */
  long bytes() {
    return bytes;
  }

  /**
   * Copies the next bytes.
   *
   * @param most of one tensor at the most
   * @return how many, less at a tensor's end; 0 when all is copied, or for a tensor of no elements
   */
  long copy(long most) {
    TensorInfo info = left.peekFirst();
    if (info == null) {
      return 0;
    }
    Parallel.checkInterrupt("exporting " + info.name());
    long count = Math.min(most, info.bytes() - offset);
    model.restBytes(
        info.name(), all -> writer.write(info.name(), offset, all.asSlice(offset, count)));
    offset += count;
    if (offset == info.bytes()) {
      left.removeFirst();
      offset = 0;
    }
    return count;
  }

  /** Whether everything is copied. */
  boolean isDone() {
    return left.isEmpty();
  }
}

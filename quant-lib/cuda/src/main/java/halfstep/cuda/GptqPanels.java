package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.gptq.GptqPlan;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A block's rows of the factor: {@code U[block, block]}, then {@code U[block, rest]} with rows of
 * whole tiles, which start at a whole vector. The factor is twice as large as a block's weights, so
 * it goes to the device a panel at a time, and only what is above its diagonal.
 */
final class GptqPanels {

  private static final int VECTOR = 4;

  private final GpuDevice device;
  private final Matrix factor;
  private final int columns;
  private final int size;
  private final DeviceMemory panel;
  private final List<HostMemory> prepared;

  GptqPanels(GpuDevice device, GptqPlan plan, Held held) {
    this.device = device;
    this.factor = plan.factor();
    this.columns = plan.columns();
    this.size = plan.blockSize();
    this.panel = held.add(device.allocate(bytes(0)));
    this.prepared = List.of(held.add(device.pin(bytes(0))), held.add(device.pin(bytes(0))));
  }

  /** Position of a block's first column. */
  int first(int block) {
    return block * size;
  }

  /** Columns of a block. */
  int count(int block) {
    return Math.min(size, columns - first(block));
  }

  /** Columns behind a block. */
  int behind(int block) {
    return columns - first(block) - count(block);
  }

  /** Floats from one row of U[block, rest] to the next. */
  int width(int block) {
    return ChainTiles.filled(behind(block));
  }

  /** Floats before U[block, rest]. */
  int squareFloats(int block) {
    return Math.ceilDiv(count(block) * count(block), VECTOR) * VECTOR;
  }

  private long bytes(int block) {
    return (squareFloats(block) + (long) count(block) * width(block)) * Float.BYTES;
  }

  /** Lays a block's rows out on the host; the block two before must have been uploaded. */
  void prepare(int block) {
    MemorySegment into = prepared.get(block % 2).segment();
    long count = count(block);
    Parallel.blocks(
        count,
        GptqParts.WORK,
        row -> {
          long from = ((first(block) + row) * columns + first(block)) * Float.BYTES;
          copy(from, into, row * count, count);
          long rest = squareFloats(block) + row * width(block);
          copy(from + count * Float.BYTES, into, rest, behind(block));
        });
  }

  private void copy(long from, MemorySegment into, long at, long floats) {
    MemorySegment.copy(factor.segment(), from, into, at * Float.BYTES, floats * Float.BYTES);
  }

  /** Queues the way to the device of what was prepared. */
  void upload(int block, GpuStream stream) {
    device.upload(prepared.get(block % 2), panel, bytes(block), stream);
  }

  /** Where they are then. */
  DeviceMemory memory() {
    return panel;
  }
}

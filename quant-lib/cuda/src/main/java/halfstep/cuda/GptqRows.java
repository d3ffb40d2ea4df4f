package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.Launch;
import halfstep.gptq.GptqPlan;
import halfstep.tensor.Parallel;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a matrix on the device in solved order, twice: one copy is worked on, by the other it is
 * judged what that changed. They come in chunks, two at a time.
 */
final class GptqRows {

  /** Weights of a chunk. */
  private static final int WEIGHTS = 1 << 22;

  private static final int THREADS = 256;

  private final GpuDevice device;
  private final GptqPlan plan;
  private final int columns;
  private final int chunkRows;
  private final DeviceMemory working;
  private final DeviceMemory original;
  private final DeviceMemory channels;
  private final List<Chunk> chunks = new ArrayList<>();
  private final GpuKernel order;

  private record Chunk(HostMemory here, DeviceMemory there, GpuStream stream) {}

  GptqRows(GpuDevice device, GptqPlan plan, int most, Held held) {
    this.device = device;
    this.plan = plan;
    this.columns = plan.columns();
    this.chunkRows = Math.clamp(WEIGHTS / columns, 1, Math.min(most, Launch.MOST_ROWS));
    long line = (long) columns * Float.BYTES;
    this.working = held.add(device.allocate(most * line));
    this.original = held.add(device.allocate(most * line));
    this.channels = Uploads.segment(device, MemorySegment.ofArray(plan.channels()), held);
    for (int i = 0; i < Math.min(2, Math.ceilDiv(most, chunkRows)); i++) {
      chunks.add(
          new Chunk(
              held.add(device.pin(chunkRows * line)),
              held.add(device.allocate(chunkRows * line)),
              held.add(device.stream())));
    }
    this.order = device.kernel("gptq", "gptq_order");
  }

  DeviceMemory working() {
    return working;
  }

  DeviceMemory original() {
    return original;
  }

  /** Brings rows; they are there when this returns. */
  void bring(int first, int count) {
    try {
      int turn = 0;
      for (int done = 0; done < count; done += chunkRows) {
        Chunk chunk = chunks.get(turn++ % chunks.size());
        device.synchronize(chunk.stream);
        bring(chunk, first + done, Math.min(chunkRows, count - done), done);
      }
    } finally {
      chunks.forEach(chunk -> device.synchronize(chunk.stream));
    }
  }

  private void bring(Chunk chunk, long from, int rows, int to) {
    long line = (long) columns * Float.BYTES;
    MemorySegment weights = plan.weights().segment();
    Parallel.blocks(
        rows,
        GptqParts.WORK,
        row ->
            MemorySegment.copy(
                weights, (from + row) * line, chunk.here.segment(), row * line, line));
    device.upload(chunk.here, chunk.there, rows * line, chunk.stream);
    device.launch(
        Launch.ofThreads(order, columns, THREADS)
            .rows(rows)
            .with(chunk.there, channels, working, original, columns, to),
        chunk.stream);
  }
}

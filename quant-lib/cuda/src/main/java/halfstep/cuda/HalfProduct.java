package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import java.util.ArrayList;
import java.util.List;

/**
 * A product with tiles whose inputs are rounded to half floats ({@code matmul.cu}), for batches
 * from 17 on: how its blocks share it out, and the memory it needs on the way.
 */
final class HalfProduct {

  private static final int TILE_COLUMNS = 64;
  private static final int THREADS = 256;
  private static final int BLOCK_ROWS = 256;

  /** Eights of rows of inputs of a block. */
  private static final int FRAGMENTS = 8;

  /** Of the kernel that rounds inputs, a block a row. */
  private static final int INPUT_THREADS = 1024;

  private final GpuDevice device;
  private final int bits;
  private final int rows;
  private final int columns;
  private final int batch;

  private final int rowBlocks;
  private final int panels;
  private final int perBlock;
  private final int splits;
  private final DeviceMemory stages;
  private final DeviceMemory down;
  private final DeviceMemory partial;

  /**
   * @param batch rows of inputs
   * @param scratch gives the memory back
   */
  HalfProduct(GpuDevice device, int bits, int rows, int columns, int batch, Held scratch) {
    this.device = device;
    this.bits = bits;
    this.rows = rows;
    this.columns = columns;
    this.batch = batch;
    this.rowBlocks = Math.ceilDiv(rows, BLOCK_ROWS);
    this.panels = Math.ceilDiv(batch, 8 * FRAGMENTS);
    int across = columns / TILE_COLUMNS;
    // as many blocks as run at a time
    int wanted = Math.clamp(device.multiprocessors() / (rowBlocks * panels), 1, across);
    this.perBlock = Math.ceilDiv(across, wanted);
    this.splits = Math.ceilDiv(across, perBlock);
    long stageBytes = stageBytes();
    this.stages = scratch.add(device.allocate(panels * across * stageBytes));
    this.down = scratch.add(device.allocate((long) inputRows() * Float.BYTES));
    long sums = splits == 1 ? 1 : (long) splits * batch * rows;
    this.partial = scratch.add(device.allocate(sums * Float.BYTES));
  }

  /** Inputs of a block in half floats, 64 of each row, and their sums. */
  private int stageBytes() {
    return 8 * FRAGMENTS * (TILE_COLUMNS * Short.BYTES + Float.BYTES);
  }

  /** With the rows that fill the last block. */
  private int inputRows() {
    return panels * 8 * FRAGMENTS;
  }

  /** What is to be queued, in order. */
  List<Launch> launches(DeviceMemory tiles, DeviceMemory inputs, DeviceMemory outputs) {
    List<Launch> launches = new ArrayList<>();
    launches.add(
        Launch.of(device.kernel("matmul", "matmul_inputs"), inputRows(), INPUT_THREADS)
            .shared(INPUT_THREADS / 32 * Float.BYTES)
            .with(inputs, stages, down, columns, batch, FRAGMENTS));
    String kernel = "matmul_%d_%d".formatted(bits, FRAGMENTS);
    launches.add(
        Launch.of(device.kernel("matmul", kernel), rowBlocks, THREADS)
            .rows(panels * splits)
            .shared(2 * stageBytes())
            .with(tiles, stages, down, splits == 1 ? outputs : partial)
            .with(rows, columns, batch, perBlock, splits));
    if (splits > 1) {
      launches.add(
          Launch.ofThreads(device.kernel("matmul", "matmul_sum"), (long) batch * rows, THREADS)
              .with(partial, outputs, batch * rows, splits));
    }
    return launches;
  }
}

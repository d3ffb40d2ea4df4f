package halfstep.cuda;

import halfstep.cuda.device.Capability;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.QuantizedMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Codes in tiles ({@code tiles.cuh}), as tensor cores take them: groups of 64 weights or a
 * multiple, on devices from Ampere on.
 */
final class TileRows implements PackedRows {

  /** What has the instruction {@code mma.m16n8k16}. */
  private static final Capability LEAST = new Capability(8, 0);

  private static final int TILE_ROWS = 16;
  private static final int TILE_COLUMNS = 64;
  private static final int QUAD_TILES = 4;
  private static final int THREADS = 512;
  private static final int WARPS = THREADS / 32;

  /** Rows of inputs of a launch. */
  private static final int MOST_BATCH = 16;

  private final GpuDevice device;
  private final int bits;
  private final int rows;
  private final int columns;
  private final DeviceMemory tiles;
  private final DeviceMemory partial;
  private final DeviceMemory counters;

  /** Whether a device multiplies by tiles of such groups. */
  static boolean supports(GpuDevice device, int groupSize) {
    return device.capability().compareTo(LEAST) >= 0 && groupSize % TILE_COLUMNS == 0;
  }

  /**
   * @param bits 2, 3, 4 or 8
   * @param held gives everything back
   */
  TileRows(GpuDevice device, QuantizedMatrix weights, int bits, Held held) {
    this.device = device;
    this.bits = bits;
    this.rows = Math.toIntExact(weights.shape().rows());
    this.columns = Math.toIntExact(weights.shape().cols());
    int size = weights.spec().grouping(weights.shape()).size();
    long quadBytes = 128L * (bits + 1) * Integer.BYTES;
    this.tiles = held.add(device.allocate((long) tileRows() * quads() * quadBytes));
    this.partial = held.add(device.allocate(partialFloats() * Float.BYTES));
    this.counters = Uploads.floats(device, new float[new Plan(1).rowBlocks], held);
    try (Held params = new Held()) {
      DeviceMemory scales = Uploads.segment(device, weights.params().scales().segment(), params);
      DeviceMemory zeros = Uploads.segment(device, weights.params().zeros().segment(), params);
      Uploads.work(
          device,
          weights.codes().segment(),
          codes -> perTile("tile_").with(codes, scales, zeros, tiles, rows, columns, size));
    }
  }

  private int tileRows() {
    return Math.ceilDiv(rows, TILE_ROWS);
  }

  private int quads() {
    return Math.ceilDiv(columns, QUAD_TILES * TILE_COLUMNS);
  }

  private long partialFloats() {
    long most = 1;
    for (int batch : new int[] {4, 8, MOST_BATCH}) { // the most of each kernel
      most = Math.max(most, (long) new Plan(batch).splits * batch * rows);
    }
    return most;
  }

  /** A launch with a warp for each tile. */
  private Launch perTile(String kernel) {
    long warps = (long) tileRows() * quads() * QUAD_TILES;
    return Launch.ofThreads(device.kernel("tile", kernel + bits), 32 * warps, THREADS);
  }

  @Override
  public long bytes() {
    return tiles.bytes();
  }

  @Override
  public Launch dequantize(DeviceMemory weights) {
    return perTile("untile_").with(tiles, weights, rows, columns);
  }

  @Override
  public List<Launch> product(DeviceMemory inputs, DeviceMemory outputs, int batch) {
    List<Launch> launches = new ArrayList<>();
    for (int first = 0; first < batch; first += MOST_BATCH) {
      Plan plan = new Plan(Math.min(MOST_BATCH, batch - first));
      launches.add(plan.launch(inputs, outputs, first));
    }
    return launches;
  }

  @Override
  public List<Launch> halfProduct(
      DeviceMemory inputs, DeviceMemory outputs, int batch, Held scratch) {
    return batch <= MOST_BATCH
        ? product(inputs, outputs, batch)
        : new HalfProduct(device, bits, rows, columns, batch, scratch)
            .launches(tiles, inputs, outputs);
  }

  /** How the blocks of a launch share out a product with so many rows of inputs. */
  private final class Plan {
    private final int batch;

    /** Times four rows of inputs that a kernel is for: 1, 2 or 4. */
    private final int fours;

    private final int rowBlocks;
    private final int perBlock;
    private final int splits;
    private final int slice;

    Plan(int batch) {
      this.batch = batch;
      this.fours = batch <= 4 ? 1 : batch <= 8 ? 2 : 4;
      int tileRowsOfAWarp = fours == 1 ? 1 : 2;
      this.rowBlocks = Math.ceilDiv(tileRows(), WARPS * tileRowsOfAWarp);
      // as many blocks as run at a time
      int blocks = device.multiprocessors() * (fours == 1 ? 2 : 1);
      int wanted = Math.clamp(blocks / rowBlocks, 1, quads());
      this.perBlock = Math.ceilDiv(quads(), wanted);
      this.splits = Math.ceilDiv(quads(), perBlock);
      int fitting = (Launch.MOST_SHARED_BYTES - Integer.BYTES) / sharedBytesOfAQuad();
      this.slice = Math.ceilDiv(perBlock, Math.ceilDiv(perBlock, fitting));
    }

    /** Both parts of each input in half floats, and of each row a sum and a scale. */
    private int sharedBytesOfAQuad() {
      int lanes = fours == 1 ? 8 * batch : 32;
      return QUAD_TILES * 4 * fours * (8 * lanes / 4 + 2) * Float.BYTES;
    }

    Launch launch(DeviceMemory inputs, DeviceMemory outputs, int first) {
      String kernel = "product_%d_%d".formatted(bits, fours);
      return Launch.of(device.kernel("product", kernel), rowBlocks, THREADS)
          .rows(splits)
          .shared(slice * sharedBytesOfAQuad() + Integer.BYTES)
          .with(tiles, inputs, outputs, partial, counters)
          .with(rows, columns, first, batch, perBlock, slice);
    }
  }
}

package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.gptq.GptqPlan;
import halfstep.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Some rows of a matrix on the device, and what {@code gptq.cu} makes of them block by block. All
 * work is queued on one stream; of what a block gives, the host keeps the last two.
 */
final class GptqPart {

  private static final int THREADS = 128;
  private static final int WARP = 32;

  /** Columns of a block that gptq_128 keeps in registers. */
  private static final int IN_REGISTERS = 128;

  private final GpuDevice device;
  private final GptqPlan plan;
  private final int columns;
  private final int stride;
  private final GptqPanels panels;
  private final GptqRows weights;
  private final GpuStream stream;
  private final DeviceMemory groups;
  private final Copied scales;
  private final Copied zeros;
  private final Copied report;
  private final DeviceMemory errors;
  private final Given given;
  private final Given other;
  private final GpuKernel solve;
  private final GpuKernel loss;
  private final GpuKernel rest;
  private int rows;

  /** What a block gives back. */
  private record Given(Copied codes, Copied losses, Copied moved) {
    Given(GpuDevice device, int rows, int count, Held held) {
      this(
          new Copied(device, (long) rows * count, held),
          new Copied(device, (long) rows * Double.BYTES, held),
          new Copied(device, (long) rows * Integer.BYTES, held));
    }
  }

  /**
   * @param most rows at a time
   * @param held gives everything back
   * @throws halfstep.cuda.device.OutOfDeviceMemoryException if there is no room
   */
  GptqPart(GpuDevice device, GptqPlan plan, int most, Held held) {
    this.device = device;
    this.plan = plan;
    this.columns = plan.columns();
    this.stride = ChainTiles.filled(most);
    int block = plan.blockSize();
    this.weights = new GptqRows(device, plan, most, held);
    this.panels = new GptqPanels(device, plan, held);
    this.stream = held.add(device.stream());
    this.groups = Uploads.segment(device, MemorySegment.ofArray(plan.groups()), held);
    long grids = (long) columns / plan.groupSize() * stride * Float.BYTES;
    this.scales = new Copied(device, grids, held);
    this.zeros = new Copied(device, grids, held);
    this.report = new Copied(device, Tile.REPORT_HEAD, held);
    this.errors = held.add(device.allocate((long) block * stride * Float.BYTES));
    this.given = new Given(device, most, block, held);
    this.other = new Given(device, most, block, held);
    this.solve = device.kernel("gptq", block <= IN_REGISTERS ? "gptq_128" : "gptq_any");
    this.loss = device.kernel("gptq", "gptq_losses");
    this.rest = device.kernel("gptq", plan.fewRows() ? "gptq_rest_few" : "gptq_rest");
  }

  /** Brings rows to the device, in solved order, and their grids if they are known. */
  void begin(int first, int count) {
    rows = count;
    weights.bring(first, count);
    device.clear(report.there(), Tile.REPORT_HEAD, stream);
    plan.fixedGrids()
        .ifPresent(grids -> {
          bring(grids.scales(), scales, first);
          bring(grids.zeros(), zeros, first);
        });
  }

  /** Group by group, as kernels read them. */
  private void bring(Matrix grids, Copied into, int first) {
    MemorySegment here = into.here().segment();
    for (int row = 0; row < rows; row++) {
      float[] line = grids.row((long) first + row);
      for (int group = 0; group < line.length; group++) {
        here.setAtIndex(ValueLayout.JAVA_FLOAT, (long) group * stride + row, line[group]);
      }
    }
    device.upload(into.here(), into.there(), here.byteSize(), stream);
  }

  /** Lays a block's part of the factor out on the host, beside what the device does. */
  void prepare(int block) {
    panels.prepare(block);
  }

  /** Queues a block that was prepared, and the way back of what it gives. */
  void solve(int block) {
    panels.upload(block, stream);
    device.launch(solving(block), stream);
    device.launch(losing(block), stream);
    if (panels.behind(block) > 0) {
      device.launch(compensating(block), stream);
    }
    Given gives = given(block);
    download(gives.codes, (long) rows * panels.count(block));
    download(gives.losses, (long) rows * Double.BYTES);
    download(gives.moved, (long) rows * Integer.BYTES);
  }

  /** Waits for all blocks, and for grids and report. */
  void end() {
    scales.download(device, stream);
    zeros.download(device, stream);
    report.download(device, stream);
    synchronize();
  }

  /** Codes, errors and grids of a block's columns. */
  Launch solving(int block) {
    Given gives = given(block);
    return Launch.ofThreads(solve, (long) rows * WARP, THREADS)
        .with(weights.working(), weights.original(), panels.memory(), groups)
        .with(scales.there(), zeros.there(), gives.codes.there(), errors, gives.moved.there())
        .with(report.there(), rows, columns, panels.first(block), panels.count(block), stride)
        .with(plan.groupSize(), plan.fixedGrids().isPresent() ? 0 : 1)
        .with(plan.symmetric() ? 1 : 0, (float) plan.maxCode());
  }

  private Launch losing(int block) {
    return Launch.ofThreads(loss, rows, THREADS)
        .with(errors, given(block).losses.there(), rows, panels.count(block), stride);
  }

  /** A block's errors to the columns behind it. */
  Launch compensating(int block) {
    int behind = panels.behind(block);
    Launch launch =
        plan.fewRows()
            ? Launch.ofThreads(rest, (long) rows * behind * WARP, THREADS)
            : Launch.of(rest, ChainTiles.covering(behind), ChainTiles.THREADS)
                .rows(ChainTiles.covering(rows))
                .shared(ChainTiles.SHARED_BYTES);
    return launch
        .with(weights.working(), errors, panels.memory(), panels.squareFloats(block))
        .with(rows, columns, columns - behind, panels.count(block), stride, panels.width(block));
  }

  private Given given(int block) {
    return block % 2 == 0 ? given : other;
  }

  private void download(Copied memory, long bytes) {
    memory.download(device, bytes, stream);
  }

  void synchronize() {
    device.synchronize(stream);
  }

  /** Rows from one group to the next. */
  int stride() {
    return stride;
  }

  /** One per group and row, after {@link #end}. */
  MemorySegment scales() {
    return scales.here().segment();
  }

  /** One per group and row, after {@link #end}. */
  MemorySegment zeros() {
    return zeros.here().segment();
  }

  /** Whether some error is beyond float32, after {@link #end}. */
  boolean isRefused() {
    return report.here().segment().get(ValueLayout.JAVA_INT, Tile.REFUSED) != 0;
  }

  MemorySegment codes(int block) {
    return given(block).codes.here().segment();
  }

  MemorySegment losses(int block) {
    return given(block).losses.here().segment();
  }

  MemorySegment moved(int block) {
    return given(block).moved.here().segment();
  }
}

package halfstep.cuda;

import halfstep.backend.Devices;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.OutOfDeviceMemoryException;
import halfstep.gptq.GptqPass;
import halfstep.gptq.GptqPlan;
import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Takes a matrix's rows through a device: all at once, or, where memory is short, in parts, each
 * through all column blocks. Rows do not know of one another.
 */
final class GptqParts {

  /** What an interrupt and remarks call it. */
  static final String WORK = "GPTQ";

  private final GpuDevice device;
  private final GptqPlan plan;
  private final int rows;
  private final int groups;
  private final List<Codes> codes = new ArrayList<>();
  private final double[] losses;
  private final long[] moved;
  private final GroupParams grids;

  GptqParts(GpuDevice device, GptqPlan plan) {
    this.device = device;
    this.plan = plan;
    this.rows = Math.toIntExact(plan.weights().rows());
    this.groups = plan.columns() / plan.groupSize();
    for (int first = 0; first < plan.columns(); first += plan.blockSize()) {
      int count = Math.min(plan.blockSize(), plan.columns() - first);
      codes.add(Codes.zeros(new Shape(rows, count)));
    }
    this.losses = new double[codes.size()];
    this.moved = new long[codes.size()];
    this.grids =
        plan.fixedGrids()
            .orElseGet(
                () -> new GroupParams(Matrix.zeros(rows, groups), Matrix.zeros(rows, groups)));
  }

  /**
   * All rows through all blocks.
   *
   * @return empty if some error is beyond float32
   * @throws OutOfDeviceMemoryException if not even one row fits
   */
  Optional<GptqPass> run() {
    return Shrinking.halving(rows, this::run);
  }

  private Optional<GptqPass> run(int most) {
    try (Held held = new Held()) {
      GptqPart part = new GptqPart(device, plan, most, held);
      if (most < rows) {
        Devices.say(
            "%s of %s: the GPU's memory is short, so it went there in parts of at most %,d weights."
                .formatted(WORK, plan.weights().shape(), (long) most * plan.columns()));
      }
      Arrays.fill(losses, 0);
      Arrays.fill(moved, 0);
      boolean refused = false;
      for (int first = 0; first < rows && !refused; first += most) {
        solve(part, first, Math.min(most, rows - first));
        refused = part.isRefused();
      }
      return refused ? Optional.empty() : Optional.of(pass());
    }
  }

  /** While the device solves one block, the host takes in what it found in the one before. */
  private void solve(GptqPart part, int first, int count) {
    try {
      part.begin(first, count);
      for (int block = 0; block < codes.size(); block++) {
        Parallel.checkInterrupt(WORK);
        part.prepare(block);
        part.synchronize();
        part.solve(block);
        if (block > 0) {
          take(part, block - 1, first, count);
        }
      }
      part.end();
      take(part, codes.size() - 1, first, count);
      if (plan.fixedGrids().isEmpty()) {
        takeGrids(part.scales(), grids.scales(), part.stride(), first, count);
        takeGrids(part.zeros(), grids.zeros(), part.stride(), first, count);
      }
    } catch (InterruptedWork stopped) {
      part.synchronize(); // copies still go to its memory
      throw stopped;
    }
  }

  private void take(GptqPart part, int block, int first, int count) {
    long columns = codes.get(block).shape().cols();
    MemorySegment.copy(
        part.codes(block), 0, codes.get(block).segment(), first * columns, count * columns);
    for (int row = 0; row < count; row++) {
      losses[block] += part.losses(block).getAtIndex(ValueLayout.JAVA_DOUBLE, row);
      moved[block] += part.moved(block).getAtIndex(ValueLayout.JAVA_INT, row);
    }
  }

  private void takeGrids(MemorySegment from, Matrix into, int stride, int first, int count) {
    for (int row = 0; row < count; row++) {
      for (int group = 0; group < groups; group++) {
        into.set(
            first + row,
            group,
            from.getAtIndex(ValueLayout.JAVA_FLOAT, (long) group * stride + row));
      }
    }
  }

  private GptqPass pass() {
    List<GptqPass.Block> blocks = new ArrayList<>();
    for (int block = 0; block < codes.size(); block++) {
      blocks.add(new GptqPass.Block(codes.get(block), losses[block], moved[block]));
    }
    return new GptqPass(blocks, grids);
  }
}

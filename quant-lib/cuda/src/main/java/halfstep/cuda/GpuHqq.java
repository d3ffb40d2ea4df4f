package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.hqq.HqqDevice;
import halfstep.hqq.HqqPass;
import halfstep.hqq.HqqPlan;
import halfstep.quant.Bits;
import halfstep.quant.Grouping;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** HQQ's half-steps on the GPU. */
final class GpuHqq implements HqqDevice {

  private static final String WORK = "HQQ";

  private final CudaBackend backend;

  GpuHqq(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public Optional<HqqPass> solve(Matrix w, QuantSpec spec, HqqPlan plan) {
    String what = "%s on %s".formatted(WORK, w.shape());
    if (plan.size() > GroupSizes.MOST) {
      return CudaBackend.left(what, GroupSizes.refusal(plan.size()));
    }
    if (plan.iterations() > Kernel.MOST_ITERATIONS) {
      return CudaBackend.left(
          what,
          "its kernel keeps the errors of at most %d half-steps, and these are %d"
              .formatted(Kernel.MOST_ITERATIONS, plan.iterations()));
    }
    return backend.attempt(
        what,
        () -> {
          try (Held held = new Held()) {
            Kernel kernel = new Kernel(backend.device(), spec.grouping(w.shape()), plan, held);
            Optional<QuantizedMatrix> quantized =
                new GroupTiles(backend.pins(), w, spec, WORK).run(kernel);
            return quantized.map(kernel::pass);
          }
        });
  }

  /**
   * All of a matrix's groups on the device, for who measures: its weights are there when this
   * returns.
   *
   * @param w finite weights, groups along axis 1; not modified
   */
  static Resident resident(GpuDevice device, Matrix w, QuantSpec spec, Hqq config, Held held) {
    Grouping grouping = spec.grouping(w.shape());
    boolean roundZero = spec.bits() == Bits.FOUR;
    HqqPlan plan = new HqqPlan(spec, config, roundZero, grouping.size(), config.iterations());
    Kernel kernel = new Kernel(device, grouping, plan, held);
    int groups = Math.toIntExact(grouping.groups());
    PinnedPool pins = new PinnedPool(device, 0);
    Tile tile = new Tile(pins, groups, grouping.size(), kernel.errors(groups), false, held);
    tile.groups = groups;
    tile.hostWeights.segment().copyFrom(w.segment());
    tile.upload();
    device.synchronize(tile.stream);
    return new Resident(kernel, tile);
  }

  /** Weights that lie on the device and may be solved again and again. */
  static final class Resident {
    private final Kernel kernel;
    private final Tile tile;

    private Resident(Kernel kernel, Tile tile) {
      this.kernel = kernel;
      this.tile = tile;
    }

    /** Solves the first groups. */
    Launch launch(int groups) {
      tile.groups = groups;
      return kernel.launchOf(tile);
    }

    /** One byte a code; overwritten by each launch. */
    DeviceMemory codes() {
      return tile.codes;
    }
  }

  private static final class Kernel implements GroupKernel {
    private static final int THREADS = 256;
    private static final int HALF_WARPS = THREADS / GroupSizes.LANES;

    /** Floats of shared memory. */
    private static final int SHARED = Launch.MOST_SHARED_BYTES / Float.BYTES;

    static final int MOST_ITERATIONS = SHARED / HALF_WARPS;

    private final GpuDevice device;
    private final Grouping grouping;
    private final HqqPlan plan;
    private final GpuKernel kernel;
    private final DeviceMemory schedule;
    private final int chunk;
    private final double[] blockErrors;
    private int settled;

    Kernel(GpuDevice device, Grouping grouping, HqqPlan plan, Held held) {
      this.device = device;
      this.grouping = grouping;
      this.plan = plan;
      this.kernel = device.kernel("hqq", GroupSizes.kernel("hqq", plan.size()));
      this.schedule = Uploads.floats(device, schedule(plan), held);
      int fitting = SHARED / Math.max(1, plan.iterations()) / HALF_WARPS * HALF_WARPS;
      this.chunk = Math.clamp(fitting, HALF_WARPS, 8 * HALF_WARPS);
      this.blockErrors = new double[Math.toIntExact(grouping.blocks() * plan.iterations())];
    }

    /** 1/β of each half-step, then the magnitudes up to which its shrinkage gives 0. */
    private static float[] schedule(HqqPlan plan) {
      int iterations = plan.iterations();
      float[] schedule = new float[2 * iterations];
      for (int k = 0; k < iterations; k++) {
        schedule[k] = plan.shrink(k).inverseBeta();
        schedule[iterations + k] = plan.shrink(k).quietUpTo();
      }
      return schedule;
    }

    @Override
    public int errors(int groups) {
      return Math.ceilDiv(groups, grouping.groupsPerBlock()) * plan.iterations();
    }

    @Override
    public void launch(Tile tile) {
      device.launch(launchOf(tile), tile.stream);
    }

    Launch launchOf(Tile tile) {
      int perBlock = grouping.groupsPerBlock();
      Launch launch =
          Launch.of(kernel, Math.ceilDiv(tile.groups, perBlock), THREADS)
              .shared(chunk * plan.iterations() * Float.BYTES);
      float exponent = plan.iterations() == 0 ? 0f : plan.shrink(0).exponent();
      return launch
          .with(tile.weights, schedule, tile.codes, tile.scales, tile.zeros)
          .with(tile.report, tile.errors)
          .with(tile.groups, plan.size(), perBlock, chunk, plan.iterations())
          .with((float) plan.maxCode(), exponent, plan.roundsZero() ? 1 : 0);
    }

    @Override
    public void finished(Tile tile) {
      int count = errors(tile.groups);
      int block = Math.toIntExact(tile.first / grouping.groupsPerBlock());
      System.arraycopy(tile.errors(count), 0, blockErrors, block * plan.iterations(), count);
      settled = Math.max(settled, tile.settled());
    }

    HqqPass pass(QuantizedMatrix quantized) {
      return new HqqPass(quantized, blockErrors, plan.iterations(), settled);
    }
  }
}

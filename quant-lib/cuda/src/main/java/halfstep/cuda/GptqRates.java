package halfstep.cuda;

import halfstep.backend.DeviceWork;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.gptq.GptqPlan;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.Hessian;
import halfstep.quant.Gptq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/** How long GPTQ takes for a Llama-3-8B's down_proj, and its two kernels for the first block. */
final class GptqRates {

  private static final int BLOCK = 128;

  private final CudaBackend backend;
  private final DeviceClock clock;
  private final int repeats;
  private final int tokens;
  private final Matrix w;
  private final QuantSpec spec;

  /**
   * @param small whether only to see that everything runs
   */
  GptqRates(CudaBackend backend, boolean small) {
    this.backend = backend;
    this.clock = new DeviceClock(backend.device(), small ? 2 : 31);
    this.repeats = small ? 1 : 3;
    this.tokens = small ? 40 : 8192;
    this.w = small ? Agreements.gaussian(24, 160, 1f) : Agreements.gaussian(4096, 14336, 0.02f);
    this.spec = QuantSpec.of(4, small ? 32 : 128).with(ZeroPoint.INTEGER);
  }

  /** Hessian and factor first, by the wall's clock as the whole is. */
  List<CheckRow> all() {
    int channels = Math.toIntExact(w.cols());
    Hessian hessian = Hessian.of(AwqComparison.inputs(64, channels));
    List<CheckRow> all = new ArrayList<>();
    all.add(sum());
    long before = System.nanoTime();
    GptqSolver solver =
        DeviceWork.on(backend).call(() -> new GptqSolver(w, spec, Gptq.DEFAULT, hessian));
    float[] once = {(System.nanoTime() - before) / 1e6f};
    String square = "%d × %d".formatted(channels, channels);
    all.add(new CheckRow("gptq's factor", square, once, hessian.matrix().segment().byteSize()));
    all.add(streaming(solver));
    all.addAll(kernels(solver));
    return all;
  }

  /** Inputs from the host, their Hessian back to it. */
  private CheckRow sum() {
    Matrix inputs = AwqComparison.inputs(tokens, Math.toIntExact(w.cols()));
    DeviceWork work = DeviceWork.on(backend);
    float[] millis = WallClock.millis(repeats, () -> work.call(() -> Hessian.of(inputs)));
    return new CheckRow(
            "gptq's Hessian through the link",
            inputs.shape().toString(),
            millis,
            inputs.segment().byteSize() + w.cols() * w.cols() * Float.BYTES)
        .of(tokens * w.cols() * w.cols());
  }

  /** Weights and factor from the host, all blocks' codes back to it. */
  private CheckRow streaming(GptqSolver solver) {
    DeviceWork work = DeviceWork.on(backend);
    float[] millis = WallClock.millis(repeats, () -> work.call(solver::solved));
    return new CheckRow(
        "gptq 4 bit through the link", w.shape().toString(), millis, w.segment().byteSize());
  }

  private List<CheckRow> kernels(GptqSolver solver) {
    GpuDevice device = backend.device();
    int rows = Math.toIntExact(w.rows());
    try (Held held = new Held()) {
      GptqPart part = new GptqPart(device, new GptqPlan(solver), rows, held);
      part.begin(0, rows);
      part.prepare(0);
      part.solve(0);
      part.synchronize();
      long behind = w.cols() - BLOCK;
      return List.of(
          row("gptq a block's codes", part.solving(0), 3 * BLOCK, 0),
          row("gptq a block's rest", part.compensating(0), 2 * behind, 2 * BLOCK * behind));
    }
  }

  /**
   * @param values floats of a row that are read or written
   * @param operations of a row
   */
  private CheckRow row(String name, Launch launch, long values, long operations) {
    GpuDevice device = backend.device();
    return clock
        .row(
            name,
            w.shape().toString(),
            w.rows() * values * Float.BYTES,
            stream -> device.launch(launch, stream))
        .of(w.rows() * operations);
  }
}

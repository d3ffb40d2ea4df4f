package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.ls.LeastSquaresDevice;
import halfstep.quant.Axis;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** Least squares on the GPU. */
final class GpuLeastSquares implements LeastSquaresDevice {

  private static final String WORK = "least squares";

  private final CudaBackend backend;

  GpuLeastSquares(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public Optional<QuantizedMatrix> solve(Matrix w, QuantSpec spec, int rounds, float[] importance) {
    String what = "%s on %s".formatted(WORK, w.shape());
    int size = spec.grouping(w.shape()).size();
    if (size > GroupSizes.MOST) {
      return CudaBackend.left(what, GroupSizes.refusal(size));
    }
    boolean acrossRows = spec.axis() != Axis.IN || w.cols() % size != 0;
    if (importance.length > 0 && acrossRows) {
      return CudaBackend.left(
          what, "its kernel weighs the channels of groups that lie within a row");
    }
    return backend.attempt(
        what,
        () -> {
          try (Held held = new Held()) {
            Kernel kernel = new Kernel(backend.device(), w, spec, rounds, importance, held);
            return new GroupTiles(backend.pins(), w, spec, WORK).run(kernel);
          }
        });
  }

  private static final class Kernel implements GroupKernel {
    private static final int THREADS = 256;

    private final GpuDevice device;
    private final GpuKernel kernel;
    private final DeviceMemory importance;
    private final int columns;
    private final int size;
    private final int weighted;
    private final int rounds;
    private final float maxCode;

    Kernel(GpuDevice device, Matrix w, QuantSpec spec, int rounds, float[] importance, Held held) {
      this.device = device;
      this.columns = Math.toIntExact(w.cols());
      this.size = spec.grouping(w.shape()).size();
      this.kernel = device.kernel("ls", GroupSizes.kernel("ls", size));
      this.weighted = importance.length > 0 ? 1 : 0;
      this.importance = Uploads.floats(device, importance, held);
      this.rounds = rounds;
      this.maxCode = spec.maxCode();
    }

    @Override
    public int errors(int groups) {
      return 0;
    }

    @Override
    public void launch(Tile tile) {
      int column = (int) (tile.first * size % columns);
      Launch launch = Launch.ofThreads(kernel, (long) tile.groups * GroupSizes.LANES, THREADS);
      device.launch(
          launch
              .with(tile.weights, importance, tile.codes, tile.scales, tile.zeros, tile.report)
              .with(tile.groups, size, columns, column, weighted, rounds, maxCode),
          tile.stream);
    }

    @Override
    public void finished(Tile tile) {
      // codes, scales and zeros are all there is
    }
  }
}

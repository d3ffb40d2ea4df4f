package halfstep.cuda;

import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.Launch;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RtnDevice;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** Rounding to nearest on the GPU. */
final class GpuRtn implements RtnDevice {

  private static final String WORK = "rounding to nearest";

  private final CudaBackend backend;

  GpuRtn(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public Optional<QuantizedMatrix> round(Matrix w, QuantSpec spec) {
    String what = "%s of %s".formatted(WORK, w.shape());
    int size = spec.grouping(w.shape()).size();
    if (size > GroupSizes.MOST) {
      return CudaBackend.left(what, GroupSizes.refusal(size));
    }
    return backend.attempt(
        what,
        () -> {
          Kernel kernel = new Kernel(backend.device(), spec, size);
          return new GroupTiles(backend.pins(), w, spec, WORK).run(kernel);
        });
  }

  /** The kernels' number for what a specification's zeros are. */
  static int kind(QuantSpec spec) {
    return switch (spec.zeroPoint()) {
      case FLOAT -> 0;
      case INTEGER -> 1;
      case SYMMETRIC -> 2;
    };
  }

  /** The code that is every group's zero where zeros are symmetric; else 0. */
  static float middle(QuantSpec spec) {
    return kind(spec) == 2 ? spec.bits().middleCode("symmetric rounding", 2) : 0;
  }

  private static final class Kernel implements GroupKernel {
    private static final int THREADS = 256;

    private final GpuDevice device;
    private final GpuKernel kernel;
    private final int size;
    private final int kind;
    private final float maxCode;
    private final float middle;

    Kernel(GpuDevice device, QuantSpec spec, int size) {
      this.device = device;
      this.size = size;
      this.kernel = device.kernel("rtn", GroupSizes.kernel("rtn", size));
      this.maxCode = spec.maxCode();
      this.kind = kind(spec);
      this.middle = middle(spec);
    }

    @Override
    public int errors(int groups) {
      return 0;
    }

    @Override
    public void launch(Tile tile) {
      Launch launch = Launch.ofThreads(kernel, (long) tile.groups * GroupSizes.LANES, THREADS);
      device.launch(
          launch
              .with(tile.weights, tile.codes, tile.scales, tile.zeros, tile.report)
              .with(tile.groups, size, kind, maxCode, middle),
          tile.stream);
    }

    @Override
    public void finished(Tile tile) {
      // codes, scales and zeros are all there is
    }
  }
}

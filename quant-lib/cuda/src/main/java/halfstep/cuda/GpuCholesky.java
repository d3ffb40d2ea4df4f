package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.Launch;
import halfstep.gptq.CholeskyDevice;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;

/** Cholesky factors and their inverses on the GPU, by {@code cholesky.cu}. */
final class GpuCholesky implements CholeskyDevice {

  private static final String WORK = "the Cholesky factor of the Hessian";

  private final CudaBackend backend;

  GpuCholesky(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public Optional<Outcome> invert(Matrix a) {
    return backend.attempt(
        "%s, %s".formatted(WORK, a.shape()),
        () -> {
          try (Held held = new Held()) {
            return Optional.of(new Work(backend.device(), a, held).run());
          }
        });
  }

  /** One matrix on the device. */
  private static final class Work {
    private static final int PANEL = 64;
    private static final int THREADS = 256;
    private static final int ROWS = 4;
    private static final int TILE_BYTES = 2 * 16 * (PANEL + 2) * Double.BYTES;
    private static final int SQUARE_BYTES = (PANEL * (PANEL + 1) + ROWS) * Double.BYTES;

    /** Bytes of X in double; fewer where memory is short, down to one panel of columns. */
    private static final long MOST = 2L << 30;

    private final GpuDevice device;
    private final Matrix matrix;
    private final int n;
    private final GpuStream stream;
    private final DeviceMemory a;
    private final DeviceMemory inverse;
    private final DeviceMemory report;
    private final DeviceMemory left;
    private final DeviceMemory x;
    private final int wide;

    Work(GpuDevice device, Matrix matrix, Held held) {
      this.device = device;
      this.matrix = matrix;
      this.n = Math.toIntExact(matrix.rows());
      this.stream = held.add(device.stream());
      this.a = Uploads.segment(device, matrix.segment(), held);
      this.inverse = held.add(device.allocate(matrix.segment().byteSize()));
      this.report = held.add(device.allocate(Integer.BYTES));
      this.left = held.add(device.allocate((long) n * PANEL * Double.BYTES));
      long line = (long) n * Double.BYTES;
      int most = (int) Math.min(Math.max(1, MOST / line / PANEL), Math.ceilDiv(n, PANEL));
      DeviceMemory room = Shrinking.halving(most, panels -> device.allocate(panels * PANEL * line));
      this.x = held.add(room);
      this.wide = Math.toIntExact(x.bytes() / line);
    }

    Outcome run() {
      try {
        device.clear(report, report.bytes(), stream);
        device.clear(inverse, inverse.bytes(), stream);
        for (int first = 0; first < n; first += PANEL) {
          pause();
          factor(first, Math.min(PANEL, n - first));
        }
        for (int begin = 0; begin < n; begin += wide) {
          device.clear(x, x.bytes(), stream);
          for (int first = begin; first < n; first += PANEL) {
            pause();
            invert(begin, first);
          }
        }
      } finally {
        device.synchronize(stream);
      }
      return outcome();
    }

    private void pause() {
      device.synchronize(stream);
      Parallel.checkInterrupt(WORK);
    }

    private void factor(int first, int width) {
      launch(
          of("cholesky_left", Math.ceilDiv(n - first, PANEL), THREADS, TILE_BYTES)
              .with(a, left, report, n, first, width));
      launch(
          of("cholesky_diagonal", 1, PANEL, SQUARE_BYTES).with(a, left, report, n, first, width));
      int below = n - first - width;
      if (below > 0) {
        launch(
            of("cholesky_rows", Math.ceilDiv(below, ROWS), THREADS, SQUARE_BYTES)
                .with(a, left, report, n, first, width));
      }
    }

    /** A panel of rows of X for the columns from {@code begin} on. */
    private void invert(int begin, int first) {
      int columns = Math.min(wide, n - begin);
      int count = Math.min(PANEL, n - first);
      launch(
          of("inverse_solve", Math.ceilDiv(columns, PANEL), PANEL, 0)
              .with(a, x, inverse, report, n, begin, columns, first, count));
      int below = n - first - count;
      if (below > 0) {
        launch(
            of("inverse_update", Math.ceilDiv(columns, PANEL), THREADS, TILE_BYTES)
                .rows(Math.ceilDiv(below, PANEL))
                .with(a, x, report, n, begin, columns, first));
      }
    }

    private Launch of(String name, int blocks, int threads, int shared) {
      return Launch.of(device.kernel("cholesky", name), blocks, threads).shared(shared);
    }

    private void launch(Launch launch) {
      device.launch(launch, stream);
    }

    private Outcome outcome() {
      try (HostMemory told = device.pin(report.bytes())) {
        device.download(report, told, report.bytes(), stream);
        device.synchronize(stream);
        int failed = told.segment().get(ValueLayout.JAVA_INT, 0);
        if (failed > 0) {
          return new Outcome(OptionalInt.of(failed - 1));
        }
      }
      try (HostMemory values = device.pin(inverse.bytes())) {
        device.download(inverse, values, inverse.bytes(), stream);
        device.synchronize(stream);
        matrix.segment().copyFrom(values.segment());
      }
      return new Outcome(OptionalInt.empty());
    }
  }
}

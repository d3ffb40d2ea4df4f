package halfstep.cuda;

import halfstep.awq.AwqClipSearch;
import halfstep.awq.ClipDevice;
import halfstep.awq.ClipGrid;
import halfstep.awq.ClipStep;
import halfstep.backend.Devices;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** AWQ's clip limits on the GPU, some rows of the weights at a time. */
final class GpuClip implements ClipDevice {

  private static final String WORK = "the AWQ clip search";

  /** Weights that lie there at a time: as many are pinned on the host. */
  private static final long WEIGHTS = 1 << 24;

  private final CudaBackend backend;

  GpuClip(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public Optional<List<ClipStep>> steps(
      Matrix w, QuantSpec spec, List<Matrix> grams, ClipGrid grid) {
    String what = "AWQ's clip limits of %s".formatted(w.shape());
    Optional<String> obstacle = obstacle(w.cols(), spec.grouping(w.shape()).size());
    if (obstacle.isPresent()) {
      return CudaBackend.left(what, obstacle.get());
    }
    return backend.attempt(
        what,
        () -> {
          int most = chunks(Math.min(w.rows() + AwqClipSearch.ROWS - 1, WEIGHTS / w.cols()));
          return Shrinking.by(
              rows -> chunks(rows / 2),
              most,
              rows -> steps(w, spec, grams, grid, rows, rows < most));
        });
  }

  /** Why groups of this size in rows of so many columns cannot go there. */
  private static Optional<String> obstacle(long columns, int size) {
    if (size > GroupSizes.MOST) {
      return Optional.of(GroupSizes.refusal(size));
    }
    if (columns / size > Launch.MOST_ROWS) {
      return Optional.of(
          "its kernels take rows of at most %,d groups, and these have %,d"
              .formatted(Launch.MOST_ROWS, columns / size));
    }
    long bytes = ClipGrams.bytes(columns, size);
    return bytes > Integer.MAX_VALUE
        ? Optional.of(
            "Gram matrices of %.1f GiB are more than the 2 GiB that can be pinned at a time"
                .formatted(bytes / 0x1p30))
        : Optional.empty();
  }

  /** Parts end where the processor's do, or its sums would have another order. */
  private static int chunks(long rows) {
    return (int) Math.max(1, rows / AwqClipSearch.ROWS) * AwqClipSearch.ROWS;
  }

  private Optional<List<ClipStep>> steps(
      Matrix w, QuantSpec spec, List<Matrix> grams, ClipGrid grid, int most, boolean shrunk) {
    Shape params = spec.grouping(w.shape()).paramShape();
    List<ClipStep> steps = new ArrayList<>();
    for (int i = 0; i < grid.steps(); i++) {
      Matrix limits = Matrix.zeros(params.rows(), params.cols());
      Matrix errors = Matrix.zeros(params.rows(), params.cols());
      steps.add(new ClipStep(i, grid.factor(i), limits, errors));
    }
    try (Held held = new Held()) {
      ClipGrams there = ClipGrams.of(backend.device(), grams, held);
      for (long first = 0; first < w.rows(); first += most) {
        if (!part(w.rows(first, Math.min(first + most, w.rows())), first, spec, there, steps)) {
          return Optional.empty(); // the processor names the group
        }
      }
    }
    if (shrunk) {
      Devices.say(
          "AWQ's clip limits of %s: the GPU's memory is short, so they were tried on %,d rows at a time."
              .formatted(w.shape(), most));
    }
    return Optional.of(steps);
  }

  /** All limits on some rows; false if a group's range is beyond float32. */
  private boolean part(
      Matrix w, long first, QuantSpec spec, ClipGrams grams, List<ClipStep> steps) {
    GpuDevice device = backend.device();
    try (Held held = new Held()) {
      GpuStream stream = held.add(device.stream());
      DeviceMemory weights = Uploads.segment(device, w.segment(), held);
      ClipPart part = new ClipPart(device, spec, grams, weights, Math.toIntExact(w.rows()), held);
      for (ClipStep step : steps) {
        Parallel.checkInterrupt(WORK);
        part.launches(step.factor()).forEach(launch -> device.launch(launch, stream));
        part.download(stream);
        device.synchronize(stream);
        step.limits().rows(first, first + w.rows()).segment().copyFrom(part.limits());
        step.errors().rows(first, first + w.rows()).segment().copyFrom(part.errors());
      }
      return !part.isRefused();
    }
  }
}

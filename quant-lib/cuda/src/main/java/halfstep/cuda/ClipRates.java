package halfstep.cuda;

import halfstep.awq.AwqClipSearch;
import halfstep.awq.ClipGrid;
import halfstep.backend.DeviceWork;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long AWQ's ten clip limits of a square layer of a Llama-3-8B take: on the device by its own
 * clock, and as a job tries them, with weights and Gram matrices from the host, by the wall's.
 */
final class ClipRates {

  private final CudaBackend backend;
  private final boolean small;
  private final QuantSpec spec;
  private final Matrix w;

  /**
   * @param small whether only to see that everything runs
   */
  ClipRates(CudaBackend backend, boolean small) {
    this.backend = backend;
    this.small = small;
    this.spec = new QuantSpec(Bits.FOUR, small ? 32 : 128, Axis.IN, ZeroPoint.INTEGER);
    int side = small ? 64 : 4096;
    this.w = Agreements.gaussian(side, side, 0.02f);
  }

  List<CheckRow> all() {
    return List.of(onTheDevice(), throughTheLink());
  }

  private CheckRow onTheDevice() {
    GpuDevice device = backend.device();
    int size = spec.grouping(w.shape()).size();
    Matrix x = Agreements.gaussian(size, size, 1f);
    Matrix gram = Matmul.timesTransposedHere(x, x);
    List<Matrix> grams = Collections.nCopies((int) w.cols() / size, gram);
    try (Held held = new Held()) {
      ClipGrams there = ClipGrams.of(device, grams, held);
      DeviceMemory weights = Uploads.segment(device, w.segment(), held);
      ClipPart part = new ClipPart(device, spec, there, weights, Math.toIntExact(w.rows()), held);
      List<Launch> launches = new ArrayList<>();
      for (int i = 0; i < ClipGrid.DEFAULT.steps(); i++) {
        launches.addAll(part.launches(ClipGrid.DEFAULT.factor(i)));
      }
      return new DeviceClock(device, small ? 2 : 5)
          .row(
              "awq's clip limits",
              w.shape().toString(),
              w.segment().byteSize(),
              stream -> launches.forEach(launch -> device.launch(launch, stream)))
          .of(2 * w.size() * size * ClipGrid.DEFAULT.steps());
    }
  }

  private CheckRow throughTheLink() {
    Matrix x = AwqComparison.inputs(small ? 40 : 512, Math.toIntExact(w.cols()));
    AwqClipSearch search = new AwqClipSearch(w, spec, x);
    float[] millis =
        WallClock.millis(small ? 1 : 3, () -> DeviceWork.on(backend).call(search::all));
    return new CheckRow(
        "clip search through the link", w.shape().toString(), millis, w.segment().byteSize());
  }
}

package halfstep.cuda;

import halfstep.backend.DeviceWork;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.hqq.HqqDirect;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.List;

/** How fast matrices of the host go through the device, beside the link to it. */
final class LinkRates {

  private final CudaBackend backend;
  private final int repeats;
  private final Matrix w;

  /**
   * @param small whether only to see that everything runs
   */
  LinkRates(CudaBackend backend, boolean small) {
    this.backend = backend;
    this.repeats = small ? 2 : 5;
    this.w = small ? Agreements.gaussian(8, 256, 1f) : Agreements.gaussian(8192, 28672, 0.02f);
  }

  /** The link first. */
  List<CheckRow> all() {
    CheckRow link = link();
    CheckRow whole = streaming("hqq 4 bit g64 through the link");
    Agreements.roundToBfloat16(w);
    return List.of(link, whole, streaming("hqq 4 bit g64 of bf16 through the link"));
  }

  /** Pinned memory to the device, by the device's clock. */
  private CheckRow link() {
    long bytes = Math.min(w.segment().byteSize(), 256L << 20);
    try (Held held = new Held()) {
      HostMemory host = held.add(backend.device().pin(bytes));
      DeviceMemory memory = held.add(backend.device().allocate(bytes));
      host.segment().copyFrom(w.segment().asSlice(0, bytes));
      return new DeviceClock(backend.device(), repeats)
          .row(
              "link, host to device",
              "%d MiB".formatted(bytes >> 20),
              bytes,
              stream -> backend.device().upload(host, memory, bytes, stream));
    }
  }

  /**
   * Weights from the host, codes, scales and zeros back to it, by the wall's clock. Bytes are those
   * that the matrix has on the host, whatever travels.
   */
  private CheckRow streaming(String name) {
    QuantSpec spec = QuantSpec.of(4, 64);
    DeviceWork work = DeviceWork.on(backend);
    float[] millis =
        WallClock.millis(repeats, () -> work.call(() -> HqqDirect.quantize(w, spec, Hqq.LEGACY)));
    String shape = w.shape().toString();
    return new CheckRow(name, shape, millis, w.segment().byteSize());
  }
}

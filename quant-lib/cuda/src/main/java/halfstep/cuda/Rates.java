package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** How fast kernels are whose matrices lie on the device, beside a copy of memory. */
final class Rates {

  private static final int THREADS = 256;

  private final GpuDevice device;
  private final DeviceClock clock;
  private final int rows;
  private final int columns;
  private final long copied;
  private final int vocabulary;

  /**
   * @param small whether only to see that everything runs
   */
  Rates(GpuDevice device, boolean small) {
    this.device = device;
    this.clock = new DeviceClock(device, small ? 3 : 31);
    this.rows = small ? 16 : 8192;
    this.columns = small ? 256 : 28672;
    this.copied = small ? 1 << 12 : 1L << 30;
    this.vocabulary = small ? 300 : 128256;
  }

  /** The copy first. */
  List<CheckRow> all() {
    List<CheckRow> all = new ArrayList<>();
    all.add(copy());
    Matrix square = Agreements.gaussian(rows, columns / 4, 0.02f);
    for (int bits : new int[] {4, 3, 2, 8}) {
      all.add(hqq(square, bits));
    }
    Matrix wide = Agreements.gaussian(rows, columns, 0.02f);
    for (int bits : new int[] {4, 3, 2, 8}) {
      all.addAll(products(wide, bits));
    }
    all.add(kl());
    return all;
  }

  private CheckRow copy() {
    try (Held held = new Held()) {
      DeviceMemory from = Uploads.zeros(device, copied, held);
      DeviceMemory to = held.add(device.allocate(copied));
      Launch launch =
          Launch.ofThreads(device.kernel("copy", "copy"), copied / 16, THREADS)
              .with(from, to, Math.toIntExact(copied / 16));
      return row("copy", "%d MiB".formatted(copied >> 20), List.of(launch), 2 * copied);
    }
  }

  /** Weights in, codes, scales and zeros out. */
  private CheckRow hqq(Matrix w, int bits) {
    QuantSpec spec = QuantSpec.of(bits, 64);
    try (Held held = new Held()) {
      int groups = Math.toIntExact(w.size() / 64);
      Launch launch = GpuHqq.resident(device, w, spec, Hqq.LEGACY, held).launch(groups);
      long bytes = w.size() * Float.BYTES + w.size() + 2 * Float.BYTES * (w.size() / 64);
      String name = "hqq %d bit g64, float32".formatted(bits);
      return row(name, w.shape().toString(), List.of(launch), bytes);
    }
  }

  /** Logits of a vocabulary in, five numbers a token out. */
  private CheckRow kl() {
    Shape logits = new Shape(rows / 8, vocabulary);
    try (Held held = new Held()) {
      DeviceMemory reference = Uploads.zeros(device, logits.size() * Float.BYTES, held);
      DeviceMemory model = Uploads.zeros(device, reference.bytes(), held);
      DeviceMemory next = Uploads.ints(device, new int[(int) logits.rows()], held);
      DeviceMemory scores = GpuKl.scores(device, (int) logits.rows(), held);
      Launch launch = GpuKl.launch(device, reference, model, next, scores, logits);
      long bytes = 2 * reference.bytes() + scores.bytes();
      return row("kl of two models' logits", logits.toString(), List.of(launch), bytes);
    }
  }

  private List<CheckRow> products(Matrix w, int bits) {
    List<CheckRow> all = new ArrayList<>();
    QuantizedMatrix weights = RoundToNearest.quantize(w, QuantSpec.of(bits, 64));
    try (GpuLinear linear = new GpuLinear(device, weights);
        Held held = new Held()) {
      for (int batch : new int[] {1, 4, 8, 16}) {
        Matrix inputs = Agreements.gaussian(batch, columns, 1f);
        DeviceMemory x = Uploads.segment(device, inputs.segment(), held);
        DeviceMemory y = held.add(device.allocate((long) batch * rows * Float.BYTES));
        all.add(
            row(
                "product %d bit, batch %d".formatted(bits, batch),
                weights.shape().toString(),
                linear.product(x, y, batch),
                linear.bytes() + x.bytes() + y.bytes()));
      }
      for (int batch : new int[] {64, 256}) {
        all.add(halfProduct(linear, bits, batch, weights.shape().toString()));
      }
    }
    return all;
  }

  /** With inputs rounded to half floats. */
  private CheckRow halfProduct(GpuLinear linear, int bits, int batch, String shape) {
    try (Held held = new Held()) {
      Matrix inputs = Agreements.gaussian(batch, columns, 1f);
      DeviceMemory x = Uploads.segment(device, inputs.segment(), held);
      DeviceMemory y = held.add(device.allocate((long) batch * rows * Float.BYTES));
      List<Launch> launches = linear.halfProduct(x, y, batch, held);
      String name = "half float product %d bit, batch %d".formatted(bits, batch);
      return row(name, shape, launches, linear.bytes() + x.bytes() + y.bytes())
          .of(2L * batch * rows * columns);
    }
  }

  private CheckRow row(String name, String shape, List<Launch> launches, long bytes) {
    return clock.row(
        name, shape, bytes, stream -> launches.forEach(launch -> device.launch(launch, stream)));
  }
}

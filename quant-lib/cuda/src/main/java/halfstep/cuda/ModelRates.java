package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuGraph;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** How long the linear layers of a Llama-3 take, in its shapes, filled at random. */
final class ModelRates {

  private static final int THREADS = 256;
  private static final int GROUP = 64;

  /** The linear layers of one of a model's blocks. */
  private record Llama(String name, int blocks, List<Shape> layers) {

    static Llama of(String name, int blocks, long hidden, long keys, long inner) {
      return new Llama(
          name,
          blocks,
          List.of(
              new Shape(hidden, hidden),
              new Shape(keys, hidden),
              new Shape(keys, hidden),
              new Shape(hidden, hidden),
              new Shape(inner, hidden),
              new Shape(inner, hidden),
              new Shape(hidden, inner)));
    }

    Shape largest() {
      return layers.getLast();
    }

    long weights() {
      return blocks * layers.stream().mapToLong(Shape::size).sum();
    }
  }

  private final GpuDevice device;
  private final DeviceClock clock;
  private final Llama seventy;
  private final Llama eight;

  /**
   * @param small whether only to see that everything runs
   */
  ModelRates(GpuDevice device, boolean small) {
    this.device = device;
    this.clock = new DeviceClock(device, small ? 2 : 5);
    this.seventy =
        small
            ? Llama.of("tiny shapes", 2, 128, 64, 192)
            : Llama.of("Llama-3-70B shapes", 80, 8192, 1024, 28672);
    this.eight =
        small
            ? Llama.of("tiny shapes", 2, 128, 64, 192)
            : Llama.of("Llama-3-8B shapes", 32, 4096, 1024, 14336);
  }

  List<CheckRow> all() {
    List<CheckRow> all = new ArrayList<>();
    all.add(solving());
    for (int bits : new int[] {4, 3}) {
      all.addAll(decoding(bits));
    }
    return all;
  }

  /** HQQ of 4 bits and packing: float32 weights are read, dense rows, scales and zeros written. */
  private CheckRow solving() {
    Matrix w = Agreements.gaussian(seventy.largest().rows(), seventy.largest().cols(), 0.02f);
    try (Held held = new Held()) {
      GpuHqq.Resident resident =
          GpuHqq.resident(device, w, QuantSpec.of(4, GROUP), Hqq.LEGACY, held);
      DeviceMemory words = held.add(device.allocate(w.size() / 2));
      List<Launch> launches = new ArrayList<>();
      for (Shape layer : seventy.layers()) {
        launches.add(resident.launch(Math.toIntExact(layer.size() / GROUP)));
        launches.add(
            Launch.ofThreads(device.kernel("pack", "pack_4"), layer.size() / 32, THREADS)
                .with(resident.codes(), words)
                .with(Math.toIntExact(layer.rows()), Math.toIntExact(layer.cols())));
      }
      long bytes = seventy.weights() * Float.BYTES + seventy.weights() / 2;
      bytes += 2 * Float.BYTES * seventy.weights() / GROUP;
      return clock.row(
          "hqq 4 bit g64 + pack",
          seventy.name(),
          bytes,
          stream -> {
            for (int block = 0; block < seventy.blocks(); block++) {
              launches.forEach(launch -> device.launch(launch, stream));
            }
          });
    }
  }

  /** The products of a decoding step without attention, norms and head, each layer's in turn. */
  private List<CheckRow> decoding(int bits) {
    List<CheckRow> all = new ArrayList<>();
    List<GpuLinear> layers = new ArrayList<>();
    try (Held held = new Held()) {
      for (Shape layer : eight.layers()) {
        Matrix w = Agreements.gaussian(layer.rows(), layer.cols(), 0.02f);
        QuantSpec spec = QuantSpec.of(bits, GROUP);
        layers.add(new GpuLinear(device, RoundToNearest.quantize(w, spec)));
      }
      for (int batch : new int[] {1, 16}) {
        Matrix inputs = Agreements.gaussian(batch, eight.largest().cols(), 1f);
        DeviceMemory x = Uploads.segment(device, inputs.segment(), held);
        DeviceMemory y = held.add(device.allocate(x.bytes()));
        List<Launch> launches =
            layers.stream().flatMap(layer -> layer.product(x, y, batch).stream()).toList();
        long bytes = eight.blocks() * layers.stream().mapToLong(GpuLinear::bytes).sum();
        String name = "decode's products %d bit, batch %d".formatted(bits, batch);
        List<Launch> step = new ArrayList<>();
        for (int block = 0; block < eight.blocks(); block++) {
          step.addAll(launches);
        }
        all.add(
            clock.row(
                name,
                eight.name(),
                bytes,
                stream -> step.forEach(launch -> device.launch(launch, stream))));
        try (GpuGraph graph = device.graph(step)) {
          all.add(
              clock.row(
                  name + ", as a graph",
                  eight.name(),
                  bytes,
                  stream -> device.launch(graph, stream)));
        }
      }
    } finally {
      layers.forEach(GpuLinear::close);
    }
    return all;
  }
}

package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import halfstep.calib.Activations;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuGraph;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** AWQ's kernels that read like the equations, against core's search. */
@Tag("standin")
@ExtendWith(StandIn.class)
class NaiveAwqTest {

  private static final int THREADS = 64;
  private static final int TOKENS = 30;
  private static final int ROWS = 9;
  private static final int COLUMNS = 60;
  private static final int SIZE = 20;
  private static final QuantSpec SPEC = new QuantSpec(Bits.THREE, SIZE, Axis.IN, ZeroPoint.INTEGER);

  private final GpuDevice device = JCudaProbe.look().open(0);
  private final Held held = new Held();
  private final GpuStream stream = held.add(device.stream());
  private final Matrix x = AwqComparison.inputs(TOKENS, COLUMNS);
  private final Matrix w = Gpu.gaussian(ROWS, COLUMNS, 0.05f, 1);

  @BeforeEach
  void beAmpere() {
    StandIn.capability(80);
  }

  @AfterEach
  void close() {
    held.close();
    assertEquals(0, StandIn.used());
  }

  private DeviceMemory floats(long count) {
    return held.add(device.allocate(count * Float.BYTES));
  }

  private Launch launch(String family, String kernel, long threads, Object... arguments) {
    return Launch.ofThreads(device.kernel(family, kernel), threads, THREADS).with(arguments);
  }

  @Test
  void meansOfChannels() {
    DeviceMemory inputs = Uploads.segment(device, x.segment(), held);
    DeviceMemory means = floats(COLUMNS);
    device.launch(
        launch("gram", "channels_naive", COLUMNS, inputs, means, TOKENS, COLUMNS), stream);
    assertArrayEquals(Activations.of(x).meanAbsolute(), Uploads.read(device, means), 1e-6f);
  }

  /** As one graph: each kernel needs what the one before it left. */
  @Test
  void lossesOfOneRatio() {
    AwqScaleSearch search =
        new AwqScaleSearch(
            List.of(w),
            SPEC,
            new Awq(4, true),
            Activations.of(x),
            weights -> Matmul.timesTransposed(x, weights.getFirst()));
    AwqStep step = search.step(2);
    DeviceMemory inputs = Uploads.segment(device, x.segment(), held);
    DeviceMemory weights = Uploads.segment(device, w.segment(), held);
    DeviceMemory scales = Uploads.floats(device, step.scales().toArray(), held);
    DeviceMemory gram = floats((long) COLUMNS * COLUMNS);
    DeviceMemory errors = floats(ROWS * COLUMNS);
    DeviceMemory losses = floats(ROWS);
    long groups = (long) ROWS * COLUMNS / SIZE;
    List<Launch> launches =
        List.of(
            launch("gram", "gram_naive", (long) COLUMNS * COLUMNS, inputs, gram, TOKENS, COLUMNS),
            launch("awq", "awq_errors_naive", groups, weights, scales, errors)
                .with(ROWS, COLUMNS, SIZE, GpuRtn.kind(SPEC))
                .with((float) SPEC.maxCode(), GpuRtn.middle(SPEC)),
            launch("awq", "awq_losses_naive", ROWS, errors, gram, losses, ROWS, COLUMNS));
    try (GpuGraph graph = device.graph(launches)) {
      assertEquals(0, StandIn.launches());
      device.launch(graph, stream);
      assertEquals(3, StandIn.launches());
    }
    double sum = 0;
    for (float loss : Uploads.read(device, losses)) {
      sum += loss;
    }
    double expected = step.outputMse();
    assertEquals(expected, sum / (TOKENS * ROWS), 1e-5 * expected);
  }
}

package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.AwqClipSearch;
import halfstep.awq.ClipGrid;
import halfstep.awq.ClipStep;
import halfstep.awq.Clipping;
import halfstep.backend.DeviceWork;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AWQ's clip limits on a device: the processor's, bit for bit, and what may go wrong. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuClipTest {

  private static final QuantSpec SPEC = spec(4, 32, ZeroPoint.INTEGER);
  private static final int THREADS = 64;

  private final CudaBackend backend = Gpu.backend();
  private final DeviceWork work = DeviceWork.on(backend);

  @AfterEach
  void everythingWasGivenBack() {
    assertEquals(0, StandIn.used());
  }

  private static QuantSpec spec(int bits, int size, ZeroPoint zeros) {
    return new QuantSpec(Bits.of(bits), size, Axis.IN, zeros);
  }

  private static AwqClipSearch search(Matrix w, QuantSpec spec) {
    return new AwqClipSearch(w, spec, AwqComparison.inputs(70, Math.toIntExact(w.cols())));
  }

  private static Matrix weights(int rows, int columns) {
    return Gpu.gaussian(rows, columns, 0.05f, rows + columns);
  }

  private static void assertSame(List<ClipStep> expected, List<ClipStep> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(i, actual.get(i).index());
      assertEquals(expected.get(i).factor(), actual.get(i).factor());
      Gpu.assertSame(expected.get(i).limits(), actual.get(i).limits(), "limits of step " + i);
      Gpu.assertSame(expected.get(i).errors(), actual.get(i).errors(), "errors of step " + i);
    }
  }

  /**
   * Rows: 16 and fewer, one more, the processor's chunk, and chunks with few and with many left.
   */
  @ParameterizedTest
  @CsvSource({
    "4, 32, 1, 64, INTEGER",
    "3, 64, 16, 192, INTEGER",
    "3, 7, 17, 63, INTEGER",
    "2, 20, 37, 60, SYMMETRIC",
    "4, 128, 128, 256, INTEGER",
    "3, 16, 131, 48, INTEGER",
    "4, 40, 150, 80, SYMMETRIC",
    "8, 64, 272, 64, INTEGER",
    "4, 0, 9, 91, INTEGER",
    "4, 1, 20, 5, INTEGER",
  })
  void limitsAndErrorsAreTheProcessors(int bits, int size, int rows, int columns, ZeroPoint zeros) {
    AwqClipSearch search = search(weights(rows, columns), spec(bits, size, zeros));
    List<ClipStep> here = search.all();
    assertEquals(0, StandIn.launches());
    List<ClipStep> there = Gpu.on(backend, search::all);
    assertEquals(ClipPart.few(rows) > 0 && rows > 16 ? 30 : 20, StandIn.launches());
    assertSame(here, there);
    Clipping best = Gpu.on(backend, search::best);
    assertEquals(0, search.best().chosen().countDifferent(best.chosen()));
  }

  /** Kernels that read like the equations, of the same arguments. */
  @ParameterizedTest
  @CsvSource({"3, 64, 35, 128", "4, 7, 130, 21", "4, 40, 12, 80"})
  void naiveKernelsDoTheSame(int bits, int size, int rows, int columns) {
    GpuDevice device = backend.device();
    Matrix w = weights(rows, columns);
    QuantSpec spec = spec(bits, size, ZeroPoint.INTEGER);
    try (Held held = new Held()) {
      List<Matrix> grams = new ArrayList<>();
      for (int group = 0; group < columns / size; group++) {
        Matrix x = Gpu.gaussian(size, 70, 1f, group);
        grams.add(Matmul.timesTransposed(x, x));
      }
      ClipGrams there = ClipGrams.of(device, grams, held);
      DeviceMemory weights = Uploads.segment(device, w.segment(), held);
      ClipPart fast = new ClipPart(device, spec, there, weights, rows, held);
      ClipPart naive = new ClipPart(device, spec, there, weights, rows, held);
      fast.launches(0.7f).forEach(launch -> Uploads.run(device, launch));
      long groups = (long) rows * grams.size();
      for (Launch launch : naive.launches(0.7f)) {
        Uploads.run(device, naive(launch, groups));
      }
      GpuStream stream = held.add(device.stream());
      fast.download(stream);
      naive.download(stream);
      device.synchronize(stream);
      Matrix expected = Matrix.zeros(rows, grams.size());
      Matrix actual = Matrix.zeros(rows, grams.size());
      expected.segment().copyFrom(naive.limits());
      actual.segment().copyFrom(fast.limits());
      Gpu.assertSame(expected, actual, "limits");
      expected.segment().copyFrom(naive.errors());
      actual.segment().copyFrom(fast.errors());
      Gpu.assertSame(expected, actual, "errors");
      assertTrue(actual.at(0) > 0);
    }
  }

  private Launch naive(Launch fast, long groups) {
    String name = fast.kernel().name();
    boolean errors = name.startsWith("clip_errors");
    GpuKernel kernel =
        backend.device().kernel("clip", errors ? "clip_errors_naive" : "clip_changes_naive");
    Launch launch = Launch.ofThreads(kernel, groups, THREADS).with(fast.arguments().toArray());
    return errors ? launch.with(name.endsWith("_few") ? 32 : 1) : launch;
  }

  /** Parts end where the processor's do, so sums keep their order. */
  @Test
  void shortMemorySendsFewerRowsAndChangesNothing() {
    AwqClipSearch search = search(weights(530, 64), SPEC);
    StandIn.memory(200_000);
    assertSame(search.all(), work.call(search::all));
    assertEquals(
        List.of(
            "AWQ's clip limits of 530 × 64: the GPU's memory is short, so they were tried on 256 rows at a time."),
        work.remarks());
  }

  @Test
  void withoutRoomTheProcessorComputesAndSaysSo() {
    AwqClipSearch search = search(weights(9, 64), SPEC);
    StandIn.memory(1000);
    assertSame(search.all(), work.call(search::all));
    String said = work.remarks().getLast();
    assertTrue(
        said.startsWith("AWQ's clip limits of 9 × 64: the processor computed, not the GPU: "),
        said);
    assertEquals(Optional.empty(), backend.failure(), "the device works, it is only full");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15})
  void aLostDeviceLeavesTheSearchToTheProcessorForGood(int launch) {
    AwqClipSearch search = search(weights(20, 64), SPEC);
    List<ClipStep> here = search.all();
    StandIn.fail(launch, 719);
    assertSame(here, work.call(search::all));
    assertTrue(
        work.remarks().getFirst().contains("CUDA_ERROR_LAUNCH_FAILED (719)"),
        work.remarks().toString());
    DeviceWork later = DeviceWork.on(backend);
    assertSame(here, later.call(search::all));
    assertTrue(later.remarks().getFirst().contains("the GPU was lost"), later.remarks().toString());
    assertEquals(launch, StandIn.launches());
  }

  @Test
  void anInterruptStopsBetweenLimits() {
    AwqClipSearch search = search(weights(20, 64), SPEC);
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> work.call(search::all));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, StandIn.launches());
    assertSame(search.all(), work.call(search::all));
  }

  /** The processor's refusal is the one that is seen. */
  @Test
  void rangesBeyondFloat32AreRefusedAsOnTheProcessor() {
    Matrix w = weights(20, 64);
    w.put(3, 3e38f);
    w.put(4, -3e38f);
    AwqClipSearch search = search(w, SPEC);
    String here = refusal(search);
    assertEquals(here, work.call(() -> refusal(search)));
    assertTrue(StandIn.launches() > 0);
  }

  private static String refusal(AwqClipSearch search) {
    return assertThrows(RuntimeException.class, search::all).toString();
  }

  @Test
  void groupsOfZerosAreNotClipped() {
    AwqClipSearch search = search(Matrix.zeros(20, 64), SPEC);
    Clipping there = Gpu.on(backend, search::best);
    assertEquals(0, there.shareClipped());
    assertSame(search.all(), Gpu.on(backend, search::all));
  }

  /** Before anything is allocated; so there need be no such matrices. */
  @ParameterizedTest
  @CsvSource({
    "32769, 0, groups of at most 32768 weights",
    "28672, 0, Gram matrices of 3.1 GiB are more than the 2 GiB that can be pinned at a time",
    "65536, 1, 'rows of at most 65,535 groups, and these have 65,536'",
  })
  void whatIsTooLargeStaysOnTheProcessor(int columns, int size, String why) {
    QuantSpec spec = spec(4, size, ZeroPoint.INTEGER);
    Matrix w = Matrix.zeros(1, columns);
    assertEquals(
        Optional.empty(),
        work.call(() -> new GpuClip(backend).steps(w, spec, List.of(), ClipGrid.DEFAULT)));
    String said = work.remarks().getFirst();
    assertTrue(said.contains(why), said);
    assertEquals(0, StandIn.launches());
  }
}

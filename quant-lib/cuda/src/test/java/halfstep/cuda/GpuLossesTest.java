package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.AwqReport;
import halfstep.awq.AwqStep;
import halfstep.backend.DeviceWork;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * AWQ's search as commands do it, its losses on a device: what is chosen, and what may go wrong.
 */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuLossesTest {

  private static final QuantSpec SPEC = spec(4, 32);

  private final CudaBackend backend = Gpu.backend();
  private final DeviceWork work = DeviceWork.on(backend);

  @BeforeEach
  void beAmpere() {
    StandIn.capability(80);
  }

  private static QuantSpec spec(int bits, int size) {
    return new QuantSpec(Bits.of(bits), size, Axis.IN, ZeroPoint.INTEGER);
  }

  private static AwqReport.Searched search(Matrix w, QuantSpec spec, Matrix x) {
    return (AwqReport.Searched)
        AwqReport.search(
            List.of("down_proj"),
            List.of(w),
            spec,
            Awq.DEFAULT,
            List.of(Activations.of(x)),
            Inspected.layer(x));
  }

  /** Of every ratio, and of the identity behind them. */
  private static double[] losses(AwqReport.Searched report) {
    return DoubleStream.concat(
            report.steps().stream().mapToDouble(AwqStep::outputMse),
            DoubleStream.of(report.identity().outputMse()))
        .toArray();
  }

  private static void assertSame(AwqReport.Searched expected, AwqReport.Searched actual) {
    assertArrayEquals(losses(expected), losses(actual));
    assertEquals(expected.best().index(), actual.best().index());
  }

  private static void assertAgree(AwqReport.Searched here, AwqReport.Searched there) {
    AwqComparison both = new AwqComparison(losses(here), losses(there));
    assertTrue(both.worst() <= AwqComparison.LOSS, () -> "off by " + both.worst());
    assertEquals(here.best().index(), there.best().index());
    assertArrayEquals(here.scales().toArray(), there.scales().toArray());
  }

  /** Fewer tokens than channels, which the processor measures by the output, and more. */
  @ParameterizedTest
  @CsvSource({
    "4, 32, 40, 96, 33",
    "3, 64, 37, 192, 700",
    "2, 7, 9, 63, 130",
    "3, 128, 130, 128, 257",
    "8, 0, 5, 91, 41",
  })
  void choosesTheProcessorsRatio(int bits, int size, int rows, int columns, int tokens) {
    Matrix w = Gpu.gaussian(rows, columns, 0.05f, rows);
    Matrix x = AwqComparison.inputs(tokens, columns);
    QuantSpec spec = spec(bits, size);
    assertAgree(search(w, spec, x), Gpu.on(backend, () -> search(w, spec, x)));
  }

  /** All of a stretch's sums are of 512 tokens, so they do not tell where it began. */
  @Test
  void shortMemorySendsLessAtATimeAndChangesNothing() {
    Matrix w = Gpu.gaussian(9, 64, 0.05f, 1);
    Matrix x = AwqComparison.inputs(1100, 64);
    AwqReport.Searched whole = Gpu.on(backend, () -> search(w, SPEC, x));
    StandIn.memory(2_760_000);
    assertSame(whole, work.call(() -> search(w, SPEC, x)));
    assertEquals(
        List.of(
            "AWQ's inputs of 1100 × 64: the GPU's memory is short, so they went there in smaller parts.",
            "AWQ's losses of 9 × 64: the GPU's memory is short, so fewer ratios went there at a time."),
        work.remarks());
    assertEquals(0, StandIn.used());
  }

  @Test
  void withoutRoomTheProcessorComputesAndSaysSo() {
    Matrix w = Gpu.gaussian(9, 64, 0.05f, 1);
    Matrix x = AwqComparison.inputs(70, 64);
    StandIn.memory(100_000);
    assertSame(search(w, SPEC, x), work.call(() -> search(w, SPEC, x)));
    String said = work.remarks().getLast();
    assertTrue(
        said.startsWith("AWQ's losses of 9 × 64: the processor computed, not the GPU: "), said);
    assertTrue(said.contains("CUDA_ERROR_OUT_OF_MEMORY (2)"), said);
    assertEquals(Optional.empty(), backend.failure(), "the device works, it is only full");
    assertEquals(0, StandIn.used());
  }

  /** In the inputs' statistics, in their product, and in the losses. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 10})
  void aLostDeviceLeavesTheSearchToTheProcessorForGood(int launch) {
    Matrix w = Gpu.gaussian(9, 64, 0.05f, 1);
    Matrix x = AwqComparison.inputs(70, 64);
    AwqReport.Searched here = search(w, SPEC, x);
    StandIn.fail(launch, 719);
    assertSame(here, work.call(() -> search(w, SPEC, x)));
    assertTrue(
        work.remarks().getFirst().contains("CUDA_ERROR_LAUNCH_FAILED (719)"),
        work.remarks().toString());
    DeviceWork later = DeviceWork.on(backend);
    assertSame(here, later.call(() -> search(w, SPEC, x)));
    assertTrue(later.remarks().getFirst().contains("the GPU was lost"), later.remarks().toString());
    assertEquals(launch, StandIn.launches());
  }

  @Test
  void anInterruptStopsBetweenParts() {
    Matrix w = Gpu.gaussian(9, 64, 0.05f, 1);
    Matrix x = AwqComparison.inputs(70, 64);
    AwqReport.Searched here = search(w, SPEC, x);
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> work.call(() -> search(w, SPEC, x)));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, StandIn.used());
    assertAgree(here, work.call(() -> search(w, SPEC, x)));
  }

  @Test
  void beforeAmpereTheProcessorComputesAndSaysSo() {
    StandIn.capability(75);
    Matrix w = Gpu.gaussian(9, 64, 0.05f, 1);
    Matrix x = AwqComparison.inputs(70, 64);
    assertSame(search(w, SPEC, x), work.call(() -> search(w, SPEC, x)));
    assertEquals(
        List.of(
            "AWQ's losses of 9 × 64: the processor computed, not the GPU: its kernels multiply on tensor cores of sm_80 or newer, and this is sm_75."),
        work.remarks());
    assertEquals(0, StandIn.used());
  }

  @Test
  void groupsThatAreTooLargeStayOnTheProcessor() {
    Matrix w = Gpu.gaussian(2, GroupSizes.MOST + 1, 0.05f, 1);
    Matrix x = AwqComparison.inputs(3, GroupSizes.MOST + 1);
    QuantSpec rows = spec(4, QuantSpec.WHOLE);
    assertSame(search(w, rows, x), work.call(() -> search(w, rows, x)));
    assertTrue(
        work.remarks().getFirst().contains("groups of at most 32768 weights"),
        work.remarks().toString());
  }

  /** Numbers whose squares' sum no float holds; the processor's refusal is the one that is seen. */
  @Test
  void inputsBeyondFloat32AreRefusedAsOnTheProcessor() {
    Matrix w = Gpu.gaussian(9, 64, 0.05f, 1);
    Matrix x = AwqComparison.inputs(700, 64);
    for (long i = 0; i < x.size(); i++) {
      x.put(i, x.at(i) * 1e36f);
    }
    String here = refusal(w, x);
    assertEquals(here, work.call(() -> refusal(w, x)));
    assertEquals(
        List.of(
            "AWQ's losses of 9 × 64: the processor computed, not the GPU: some of its losses are not finite."),
        work.remarks());
  }

  private static String refusal(Matrix w, Matrix x) {
    return String.valueOf(
        assertThrows(NonFiniteException.class, () -> search(w, SPEC, x)).getMessage());
  }

  /** Nothing to tell ratios apart by: all losses are 0, and the first is taken. */
  @Test
  void inputsOfZerosCostNothing() {
    Matrix w = Gpu.gaussian(9, 64, 0.05f, 1);
    Matrix x = Matrix.zeros(70, 64);
    AwqReport.Searched there = Gpu.on(backend, () -> search(w, SPEC, x));
    assertArrayEquals(new double[21], losses(there));
    assertSame(search(w, SPEC, x), there);
  }
}

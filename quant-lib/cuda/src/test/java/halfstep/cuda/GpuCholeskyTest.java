package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.gptq.CholeskyDevice;
import halfstep.gptq.GptqPlan;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.Hessian;
import halfstep.quant.Gptq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The inverse factor on the device against the processor's, bit for bit. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuCholeskyTest {

  private final CudaBackend backend = Gpu.backend();

  private static GptqSolver solver(Hessian hessian, double damping) {
    return new GptqSolver(
        Gpu.gaussian(2, hessian.channels(), 0.1f, 1),
        QuantSpec.of(4, QuantSpec.WHOLE).with(ZeroPoint.INTEGER),
        Gptq.DEFAULT.withDamping(damping).withActOrder(true),
        hessian);
  }

  private static void assertSame(GptqSolver expected, GptqSolver actual) {
    assertEquals(expected.damping(), actual.damping());
    assertArrayEquals(factor(expected), factor(actual));
  }

  private static float[] factor(GptqSolver solver) {
    return new GptqPlan(solver).factor().segment().toArray(ValueLayout.JAVA_FLOAT);
  }

  /** No panel, whole ones, and tails of them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 63, 64, 65, 100, 128, 129, 200, 257})
  void equalsTheProcessorAtEverySize(int channels) {
    Hessian hessian = Hessian.of(GpuGptqTest.inputs(2 * channels, channels));
    assertSame(solver(hessian, 0.01), Gpu.on(backend, () -> solver(hessian, 0.01)));
  }

  /** Fewer tokens than channels: the first column that fails decides what is told. */
  @ParameterizedTest
  @ValueSource(ints = {3, 40, 70, 140})
  void findsTheSameColumnWhereItFails(int tokens) {
    Hessian hessian = Hessian.of(GpuGptqTest.inputs(tokens, 150));
    GptqSolver expected = solver(hessian, 0);
    assertTrue(expected.damping().isRaised());
    assertSame(expected, Gpu.on(backend, () -> solver(hessian, 0)));
  }

  @Test
  void anOutcomeIsOfTheColumnAndLeavesTheMatrixAlone() {
    Matrix a = Matrix.of(3, 3, 4, 2, 0, 2, 1, 0, 0, 0, 1);
    Matrix before = a.copy();
    assertEquals(
        OptionalInt.of(1),
        backend.kernel(CholeskyDevice.class).orElseThrow().invert(a).orElseThrow().failed());
    Gpu.assertSame(before, a, "a");
  }

  /** X in double lies there in parts of 64 columns. */
  @Test
  void shortMemoryTakesColumnsInParts() {
    Hessian hessian = Hessian.of(GpuGptqTest.inputs(300, 200));
    GptqSolver expected = solver(hessian, 0.01);
    StandIn.memory(2 * 200 * 200 * 4 + 4 + 2 * 200 * 64 * 8 + 1000);
    long before = StandIn.launches();
    assertSame(expected, Gpu.on(backend, () -> solver(hessian, 0.01)));
    // 4 panels of 3 launches but for the last, then 4, 3, 2 and 1 panels of rows of 2 but for the
    // last
    assertEquals(11 + 7 + 5 + 3 + 1, StandIn.launches() - before);
  }

  @Test
  void withoutRoomTheProcessorComputesAndSaysSo() {
    Hessian hessian = Hessian.of(GpuGptqTest.inputs(300, 200));
    GptqSolver expected = solver(hessian, 0.01);
    StandIn.memory(200 * 200 * 4);
    DeviceWork work = DeviceWork.on(backend);
    assertSame(expected, work.call(() -> solver(hessian, 0.01)));
    assertEquals(0, StandIn.used());
    assertTrue(
        work.remarks()
            .getFirst()
            .startsWith("the Cholesky factor of the Hessian, 200 × 200: the processor computed"),
        work.remarks().toString());
  }

  @Test
  void aLostDeviceLeavesTheFactorToTheProcessor() {
    Hessian hessian = Hessian.of(GpuGptqTest.inputs(300, 200));
    GptqSolver expected = solver(hessian, 0.01);
    StandIn.fail(5, 719);
    DeviceWork work = DeviceWork.on(backend);
    assertSame(expected, work.call(() -> solver(hessian, 0.01)));
    assertEquals(1, work.remarks().size());
    assertTrue(backend.failure().isPresent());
  }

  @Test
  void anInterruptStopsBetweenPanels() {
    Hessian hessian = Hessian.of(GpuGptqTest.inputs(300, 200));
    Matrix a = hessian.matrix().copy();
    CholeskyDevice device = backend.kernel(CholeskyDevice.class).orElseThrow();
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> device.invert(a));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, StandIn.launches());
    assertEquals(0, StandIn.used());
  }

  @Test
  void theNaiveKernelsGiveTheSame() {
    int n = 150;
    Matrix a = Hessian.of(GpuGptqTest.inputs(400, n)).matrix().copy();
    for (int c = 0; c < n; c++) {
      a.set(c, c, a.get(c, c) + 1);
    }
    GpuDevice device = backend.device();
    try (Held held = new Held()) {
      GpuStream stream = held.add(device.stream());
      DeviceMemory l = Uploads.segment(device, a.segment(), held);
      DeviceMemory inverse = Uploads.floats(device, new float[n * n], held);
      DeviceMemory scratch = held.add(device.allocate((long) n * n * Double.BYTES));
      List<Launch> launches =
          List.of(
              Launch.of(device.kernel("cholesky", "cholesky_naive"), 1, 32).with(l, scratch, n),
              Launch.ofThreads(device.kernel("cholesky", "inverse_naive"), n, 64)
                  .with(l, scratch, inverse, n));
      launches.forEach(launch -> device.launch(launch, stream));
      float[] naive = Uploads.read(device, inverse);
      CholeskyDevice fast = backend.kernel(CholeskyDevice.class).orElseThrow();
      assertEquals(OptionalInt.empty(), fast.invert(a).orElseThrow().failed());
      assertArrayEquals(naive, a.segment().toArray(ValueLayout.JAVA_FLOAT));
    }
  }
}

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
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.Hessian;
import halfstep.quant.Gptq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.GramSum;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GPTQ's Hessian on the device against the processor's: bit for bit. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuGramTest {

  private final CudaBackend backend = Gpu.backend();

  /**
   * Panels of 256 rows, the last of 1 to 16 rows, which is summed in lanes, or more; tails of tiles
   * and of steps.
   */
  @ParameterizedTest
  @CsvSource({
    // channels, tokens
    "1, 1",
    "5, 40",
    "16, 33",
    "17, 33",
    "128, 8",
    "129, 7",
    "250, 30",
    "256, 17",
    "257, 65",
    "272, 31",
    "273, 31",
    "513, 20",
  })
  void equalsTheProcessorAtEverySize(int channels, int tokens) {
    Matrix first = GpuGptqTest.inputs(tokens, channels);
    Matrix second = GpuGptqTest.inputs(2 * tokens, channels);
    Matrix here = ofTwo(first, second).matrix();
    Matrix there = Gpu.on(backend, () -> ofTwo(first, second)).matrix();
    Gpu.assertSame(here, there, "H");
  }

  private static Hessian ofTwo(Matrix first, Matrix second) {
    Hessian hessian = new Hessian(Math.toIntExact(first.cols()));
    hessian.add(first, 3);
    hessian.add(second, 2);
    return hessian;
  }

  /** Sums start anew after so many tokens, as on the processor. */
  @Test
  void equalsTheProcessorOverMoreTokensThanOneSum() {
    Matrix inputs = GpuGptqTest.inputs(GramSum.TOKENS + 70, 20);
    Matrix here = Hessian.of(inputs).matrix();
    Gpu.assertSame(here, Gpu.on(backend, () -> Hessian.of(inputs)).matrix(), "H");
  }

  @Test
  void givesTheProcessorsCodes() {
    Matrix w = Gpu.gaussian(20, 272, 0.05f, 1);
    Matrix inputs = GpuGptqTest.inputs(300, 272);
    QuantSpec spec = QuantSpec.of(4, 68).with(ZeroPoint.INTEGER);
    QuantizedMatrix here = new GptqSolver(w, spec, Gptq.DEFAULT, Hessian.of(inputs)).result();
    QuantizedMatrix there =
        Gpu.on(backend, () -> new GptqSolver(w, spec, Gptq.DEFAULT, Hessian.of(inputs)).result());
    Gpu.assertSame(here, there, "codes");
  }

  @ParameterizedTest
  @CsvSource({"300, 41, 1", "12, 41, 32"})
  void theNaiveKernelReadsLikeTheSum(int columns, int tokens, int lanes) {
    GpuDevice device = JCudaProbe.look().open(0);
    Matrix x = GpuGptqTest.inputs(tokens, columns);
    float[] g = new float[columns * columns];
    g[1] = 3f;
    try (Held held = new Held()) {
      GpuStream stream = held.add(device.stream());
      DeviceMemory inputs = Uploads.segment(device, x.segment(), held);
      DeviceMemory sum = Uploads.floats(device, g, held);
      device.launch(
          Launch.ofThreads(device.kernel("hessian", "hessian_naive"), g.length, 64)
              .with(inputs, sum, 0.5f, tokens, columns, columns, lanes),
          stream);
      device.synchronize(stream);
      float[] expected = new float[g.length];
      Matrix product = GramSum.of(x);
      product.read(0, expected, 0, g.length);
      expected[1] += 1.5f;
      assertArrayEquals(expected, Uploads.read(device, sum));
    }
  }

  /** Room for 128 of 300 rows: the inputs pass three times. */
  @Test
  void shortMemoryLetsTheInputsPassMoreThanOnce() {
    Matrix inputs = GpuGptqTest.inputs(50, 300);
    Matrix here = Hessian.of(inputs).matrix();
    StandIn.memory(320_000);
    DeviceWork work = DeviceWork.on(backend);
    Gpu.assertSame(here, work.call(() -> Hessian.of(inputs)).matrix(), "H");
    assertEquals(
        List.of(
            "the Gram matrix of 50 × 300 inputs: the GPU's memory is short, so the inputs went there more than once."),
        work.remarks());
    assertEquals(3 * 2, StandIn.launches());
    assertEquals(0, StandIn.used());
  }

  @Test
  void withoutRoomTheProcessorComputesAndSaysSo() {
    Matrix inputs = GpuGptqTest.inputs(50, 300);
    StandIn.memory(100_000);
    DeviceWork work = DeviceWork.on(backend);
    Hessian there = work.call(() -> Hessian.of(inputs));
    Gpu.assertSame(Hessian.of(inputs).matrix(), there.matrix(), "H");
    String said = work.remarks().getLast();
    assertTrue(
        said.startsWith("the Gram matrix of 50 × 300 inputs: the processor computed, not the GPU"),
        said);
    assertTrue(said.contains("CUDA_ERROR_OUT_OF_MEMORY (2)"), said);
  }

  /** In the second band, when the first is back: nothing of it may be added twice. */
  @Test
  void aLostDeviceLeavesTheSumBeforeAsItWas() {
    Matrix first = GpuGptqTest.inputs(20, 300);
    Matrix second = GpuGptqTest.inputs(50, 300);
    Matrix here = ofTwo(first, second).matrix();
    StandIn.memory(320_000);
    StandIn.fail(4 + 4, 719);
    DeviceWork work = DeviceWork.on(backend);
    Gpu.assertSame(here, work.call(() -> ofTwo(first, second)).matrix(), "H");
    assertTrue(work.remarks().getLast().contains("CUDA_ERROR_LAUNCH_FAILED (719)"));
  }

  @Test
  void anInterruptStopsBetweenPieces() {
    Matrix inputs = GpuGptqTest.inputs(50, 300);
    Hessian hessian = new Hessian(300);
    DeviceWork work = DeviceWork.on(backend);
    Thread.currentThread().interrupt();
    try {
      assertThrows(
          InterruptedWork.class,
          () ->
              work.call(() -> {
                hessian.add(inputs, 1);
                return hessian;
              }));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, StandIn.used());
    assertThrows(IllegalStateException.class, hessian::matrix);
  }
}

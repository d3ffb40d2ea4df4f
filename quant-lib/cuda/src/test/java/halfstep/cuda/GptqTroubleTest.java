package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.gptq.GptqSolver;
import halfstep.gptq.GptqStep;
import halfstep.gptq.Hessian;
import halfstep.quant.Gptq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** GPTQ on a device that has no room, fails, or is not to go on. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GptqTroubleTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 64).with(ZeroPoint.INTEGER);

  private final CudaBackend backend = Gpu.backend();
  private final DeviceWork work = DeviceWork.on(backend);

  private static GptqSolver solver(Gptq config) {
    return new GptqSolver(
        Gpu.gaussian(70, 256, 0.05f, 1), SPEC, config, Hessian.of(GpuGptqTest.inputs(300, 256)));
  }

  /** Parts of 18 rows and one of 16: sums are still those of a matrix of many rows. */
  @Test
  void shortMemoryMakesSmallerParts() {
    for (boolean fixed : new boolean[] {false, true}) {
      StandIn.memory(150_000);
      GptqSolver solver = solver(Gptq.DEFAULT.withBlockSize(32).withStaticGroups(fixed));
      DeviceWork parts = DeviceWork.on(backend);
      List<GptqStep> actual = parts.call(solver::solved);
      GpuGptqTest.assertSame(solver.steps().toList(), actual);
      assertEquals(
          List.of(
              "GPTQ of 70 × 256: the GPU's memory is short, so it went there in parts of at most 4,608 weights."),
          parts.remarks());
      assertEquals(0, StandIn.used());
    }
  }

  @Test
  void withoutRoomTheProcessorComputesAndSaysSo() {
    StandIn.memory(30_000);
    GptqSolver solver = solver(Gptq.DEFAULT);
    GpuGptqTest.assertSame(solver.steps().toList(), work.call(solver::solved));
    assertEquals(0, StandIn.launches());
    String said = work.remarks().getLast();
    assertTrue(said.startsWith("GPTQ on 70 × 256: the processor computed, not the GPU: "), said);
    assertTrue(said.contains("CUDA_ERROR_OUT_OF_MEMORY (2)"), said);
    assertTrue(backend.failure().isEmpty(), "the device works, it is only full");
  }

  /** In the middle of the third block. */
  @Test
  void aLostDeviceLeavesTheWorkToTheProcessorForGood() {
    GptqSolver solver = solver(Gptq.DEFAULT.withBlockSize(32));
    StandIn.fail(10, 719);
    GpuGptqTest.assertSame(solver.steps().toList(), work.call(solver::solved));
    assertEquals(10, StandIn.launches());
    assertEquals(
        List.of(
            "GPTQ on 70 × 256: the processor computed, not the GPU: launching gptq_rest failed: CUDA_ERROR_LAUNCH_FAILED (719)."),
        work.remarks());
    DeviceWork later = DeviceWork.on(backend);
    GpuGptqTest.assertSame(solver.steps().toList(), later.call(solver::solved));
    assertTrue(later.remarks().getFirst().contains("the GPU was lost"), later.remarks().toString());
    assertEquals(10, StandIn.launches());
  }

  /** From another thread, once some blocks are under way. */
  @Test
  void anInterruptStopsBetweenBlocks() throws InterruptedException {
    GptqSolver solver = solver(Gptq.DEFAULT.withBlockSize(1));
    long all = 3 * 256;
    Thread solving = Thread.currentThread();
    Thread other =
        new Thread(() -> {
          while (StandIn.launches() < 10) {
            Thread.onSpinWait();
          }
          solving.interrupt();
        });
    other.start();
    try {
      assertThrows(InterruptedWork.class, () -> work.call(solver::solved));
    } finally {
      assertTrue(Thread.interrupted());
    }
    other.join();
    assertTrue(StandIn.launches() < all, "launches " + StandIn.launches());
    assertEquals(0, StandIn.used());
    GpuGptqTest.assertSame(solver.steps().toList(), work.call(solver::solved));
  }
}

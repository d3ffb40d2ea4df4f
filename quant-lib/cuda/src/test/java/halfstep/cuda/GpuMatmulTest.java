package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matmul;
import halfstep.tensor.MatmulDevice;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of the host's matrices on the device, which are core's, bit for bit. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuMatmulTest {

  private final CudaBackend backend = Gpu.backend();

  /** Parts of few rows, so that both are filled more than once. */
  private final MatmulDevice everything = Multiplying.on(backend).products();

  /** One part and several, the last one full and not; more rows than the processor reads singly. */
  @ParameterizedTest
  @CsvSource({"17, 5, 3", "64, 64, 64", "100, 131, 77", "200, 33, 300", "65, 1, 64", "33, 64, 1"})
  void isTheProcessorsBitForBit(int tokens, int in, int out) {
    Matrix x = Gpu.gaussian(tokens, in, 1f, 1);
    Matrix w = Gpu.gaussian(out, in, 0.02f, 2);
    Matrix here = Matmul.timesTransposedHere(x, w);
    long before = StandIn.launches();
    Matrix there = everything.timesTransposed(x, w).orElseThrow();
    assertTrue(StandIn.launches() > before);
    assertEquals(-1, here.segment().mismatch(there.segment()), "the same bits");
    assertEquals(0, StandIn.used());
  }

  /**
   * 64 multiplications a byte: square products from about 800 on, never few rows, and never more
   * weights than can be pinned.
   */
  @Test
  void whatIsSmallStaysHere() {
    MatmulDevice usual = new GpuMatmul(backend);
    assertTrue(usual.pays(new Shape(1024, 4096), new Shape(4096, 4096)));
    assertTrue(usual.pays(new Shape(800, 800), new Shape(800, 800)));
    assertFalse(usual.pays(new Shape(700, 700), new Shape(700, 700)));
    assertFalse(usual.pays(new Shape(100_000, 256), new Shape(256, 256)));
    assertFalse(usual.pays(new Shape(16, 100_000), new Shape(100_000, 100_000)));
    assertFalse(usual.pays(new Shape(4096, 16384), new Shape(53248, 16384)));
    assertFalse(everything.pays(new Shape(16, 8), new Shape(8, 8)));
    long before = StandIn.launches();
    DeviceWork.on(backend)
        .call(() -> Matmul.timesTransposed(Gpu.gaussian(20, 8, 1f, 1), Gpu.gaussian(8, 8, 1f, 2)));
    assertEquals(before, StandIn.launches());
  }

  @Test
  void matmulGoesThereUnlessTheProcessorIsMeasured() {
    Matrix x = Gpu.gaussian(40, 24, 1f, 1);
    Matrix w = Gpu.gaussian(9, 24, 1f, 2);
    DeviceWork work = DeviceWork.on(Multiplying.on(backend));
    long before = StandIn.launches();
    DeviceWork.on(Multiplying.on(backend)).call(() -> Matmul.timesTransposedHere(x, w));
    assertEquals(before, StandIn.launches());
    Matrix there = work.call(() -> Matmul.timesTransposed(x, w));
    assertEquals(before + 1, StandIn.launches());
    Gpu.assertSame(Matmul.timesTransposed(x, w), there, "product");
    assertEquals(List.of(), work.remarks());
    Matrix other = Matrix.zeros(9, 23);
    assertThrows(ShapeException.class, () -> work.call(() -> Matmul.timesTransposed(x, other)));
  }

  @Test
  void whereMemoryIsShortPartsGetSmallerAndThenTheProcessorComputes() {
    Matrix x = Gpu.gaussian(64, 64, 1f, 1);
    Matrix w = Gpu.gaussian(64, 64, 1f, 2);
    Matrix here = Matmul.timesTransposed(x, w);
    DeviceWork work = DeviceWork.on(Multiplying.on(backend));
    StandIn.memory(w.segment().byteSize() + 16 * 2 * 64 * Float.BYTES);
    Gpu.assertSame(here, work.call(() -> Matmul.timesTransposed(x, w)), "in small parts");
    assertTrue(
        work.remarks().getFirst().contains("in parts of at most 8 rows"), "" + work.remarks());
    DeviceWork none = DeviceWork.on(Multiplying.on(backend));
    StandIn.memory(1000);
    Gpu.assertSame(here, none.call(() -> Matmul.timesTransposed(x, w)), "by the processor");
    assertTrue(none.remarks().getFirst().contains("the processor computed"), "" + none.remarks());
    assertEquals(0, StandIn.used());
  }

  @Test
  void anInterruptIsNoticedBetweenParts() {
    Matrix x = Gpu.gaussian(64, 64, 1f, 1);
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> everything.timesTransposed(x, x));
    } finally {
      Thread.interrupted();
    }
    assertEquals(0, StandIn.used());
  }
}

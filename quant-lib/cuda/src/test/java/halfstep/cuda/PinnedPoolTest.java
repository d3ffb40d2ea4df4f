package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.cuda.device.GpuException;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.OutOfDeviceMemoryException;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pinned memory that stays from matrix to matrix. */
@Tag("standin")
@ExtendWith(StandIn.class)
class PinnedPoolTest {

  private final long before = StandIn.pinned();
  private final CudaBackend backend = Gpu.backend();

  @AfterEach
  void closingGivesEverythingBack() {
    backend.close();
    assertEquals(before, StandIn.pinned());
  }

  @Test
  void aSecondMatrixPinsNothing() {
    round(64, 256, 64);
    long pins = StandIn.pins();
    assertTrue(StandIn.pinned() > before, "something rests");
    round(64, 256, 64);
    round(48, 256, 64); // a tile of more than half the length
    assertEquals(pins, StandIn.pins());
  }

  @Test
  void largerTilesAreOfNewMemory() {
    round(64, 256, 64);
    long pins = StandIn.pins();
    round(200, 256, 256);
    assertNotEquals(pins, StandIn.pins());
  }

  @Test
  void aLostDeviceKeepsNothing() {
    round(64, 256, 64);
    StandIn.fail(1, 719);
    Matrix w = Gpu.gaussian(64, 256, 0.02f, 1);
    DeviceWork.on(backend).call(() -> RoundToNearest.quantize(w, QuantSpec.of(4, 64)));
    assertTrue(backend.failure().isPresent());
    assertEquals(before, StandIn.pinned());
  }

  @Test
  void anInterruptBringsEverythingBack() {
    round(64, 256, 64);
    long pinned = StandIn.pinned();
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> round(64, 256, 64));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(pinned, StandIn.pinned());
    long pins = StandIn.pins();
    round(64, 256, 64);
    assertEquals(pins, StandIn.pins());
  }

  private void round(long rows, long columns, int size) {
    Matrix w = Gpu.gaussian(rows, columns, 0.02f, rows);
    QuantSpec spec = QuantSpec.of(4, size);
    QuantizedMatrix here = RoundToNearest.quantize(w, spec);
    Gpu.assertSame(here, Gpu.on(backend, () -> RoundToNearest.quantize(w, spec)), "rounded");
  }

  @Test
  void nobodyGetsWhatIsTaken() {
    try (PinnedPool pool = new PinnedPool(backend.device(), 1 << 20)) {
      HostMemory returned;
      try (Held held = new Held()) {
        HostMemory one = pool.take(1000, held);
        returned = pool.take(1000, held);
        assertNotEquals(one.segment().address(), returned.segment().address());
        assertEquals(1024, one.segment().byteSize());
      }
      try (Held held = new Held()) {
        HostMemory one = pool.take(1024, held);
        HostMemory two = pool.take(513, held);
        assertNotEquals(one.segment().address(), two.segment().address());
        assertEquals(2048, StandIn.pinned() - before, "both rested");
        assertEquals(512, pool.take(512, held).segment().byteSize());
      }
    }
  }

  @Test
  void whatRestedLongestMakesRoom() {
    try (PinnedPool pool = new PinnedPool(backend.device(), 4096)) {
      rest(pool, 1024);
      rest(pool, 2048);
      rest(pool, 4096);
      assertEquals(4096, StandIn.pinned() - before);
      rest(pool, 8192);
      assertEquals(4096, StandIn.pinned() - before, "too long to rest");
      rest(pool, 1);
      assertEquals(1, StandIn.pinned() - before);
    }
  }

  @Test
  void whatRestsIsFreedBeforePinningFails() {
    try (PinnedPool pool = new PinnedPool(backend.device(), 1 << 20)) {
      StandIn.pinnable(before + 4096);
      rest(pool, 4096);
      rest(pool, 2048);
      assertEquals(2048, StandIn.pinned() - before);
      GpuException full = assertThrows(GpuException.class, () -> rest(pool, 8192));
      assertEquals(OutOfDeviceMemoryException.CODE, full.code());
      assertEquals(before, StandIn.pinned());
    }
  }

  private static void rest(PinnedPool pool, long size) {
    try (Held held = new Held()) {
      pool.take(size, held);
    }
  }
}

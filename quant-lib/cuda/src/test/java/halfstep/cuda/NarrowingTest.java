package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.hqq.HqqDirect;
import halfstep.ls.LeastSquaresDirect;
import halfstep.ls.LeastSquaresSolver;
import halfstep.quant.Axis;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that travel as bf16: the bytes are half as many, the results the same. */
@Tag("standin")
@ExtendWith(StandIn.class)
class NarrowingTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 64);

  /** Weights of the parts that fit {@link #SHORT_MEMORY}: one block of 256 groups. */
  private static final int PART = 256 * 64;

  private static final int PARTS = 8;

  /** Seven bytes a weight of two parts, but not of two that are twice as large. */
  private static final long SHORT_MEMORY = 500_000;

  private final CudaBackend backend = Gpu.backend();

  /** Every pattern of bits, NaN's included, by the kernel that runs and the one that reads well. */
  @Test
  void everyPatternComesBack() {
    int[] bits = IntStream.range(0, 1 << 16).map(half -> half << 16).toArray();
    assertArrayEquals(bits, widened(bits, "widen", bits.length / 4 + 1));
    assertArrayEquals(bits, widened(bits, "widen_naive", bits.length));
  }

  /** What no thread takes as four; nothing is written behind the end. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 255, 257, 1023})
  void restsComeBack(int count) {
    int[] bits = IntStream.range(1, count + 1).map(i -> i * 0x9e370000 | 0x10000).toArray();
    assertArrayEquals(bits, widened(bits, "widen", count / 4 + 1));
    assertArrayEquals(bits, widened(bits, "widen_naive", count));
  }

  private int[] widened(int[] bits, String kernel, int threads) {
    GpuDevice device = backend.device();
    MemorySegment halves = Arena.ofAuto().allocate(bits.length * 2L, 2);
    assertTrue(Narrowing.narrow(MemorySegment.ofArray(bits), halves, "a test"));
    int behind = 5;
    try (Held held = new Held()) {
      DeviceMemory from = Uploads.segment(device, halves, held);
      int[] room = new int[bits.length + behind];
      DeviceMemory w = Uploads.ints(device, room, held);
      Uploads.run(
          device,
          Launch.ofThreads(device.kernel("widen", kernel), threads, 64).with(from, w, bits.length));
      Uploads.read(device, w, MemorySegment.ofArray(room));
      for (int i = bits.length; i < room.length; i++) {
        assertEquals(0, room[i], "behind the end");
      }
      return Arrays.copyOf(room, bits.length);
    }
  }

  /** In the middle and at both ends of what a core takes at a time, and of what it caches. */
  @Test
  void oneLowBitAnywhereIsSeen() {
    int count = (1 << 18) + (1 << 12) + 3;
    MemorySegment from = Arena.ofAuto().allocate(4L * count + 1, 1).asSlice(1); // as files map it
    MemorySegment into = Arena.ofAuto().allocate(2L * count, 2);
    assertTrue(Narrowing.narrow(from, into, "a test"));
    for (int at : new int[] {0, 1, 4095, 4096, 5000, 262_143, 262_144, count - 4, count - 1}) {
      for (int bit : new int[] {0, 15}) {
        from.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, at, 1 << bit);
        assertFalse(Narrowing.narrow(from, into, "a test"), "bit " + bit + " of " + at);
      }
      from.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, at, 1 << 16);
      assertTrue(Narrowing.narrow(from, into, "a test"));
      assertEquals(1, into.getAtIndex(ValueLayout.JAVA_SHORT, at));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 37, 64, 101, 128, 200})
  void equalsTheProcessorAtEverySize(int size) {
    for (Axis axis : Axis.values()) {
      Matrix w = bf16(axis == Axis.IN ? 5 : 3L * size, axis == Axis.IN ? 3L * size : 5, size);
      QuantSpec spec = QuantSpec.of(3, size).with(axis);
      long before = StandIn.launches();
      same("rtn", () -> RoundToNearest.quantize(w, spec));
      same("ls", () -> LeastSquaresDirect.quantize(new LeastSquaresSolver(w, spec, 5)));
      assertEquals(before + 4, StandIn.launches(), "two solvers' kernels, each after widening");
      same("hqq", () -> HqqDirect.quantize(w, spec, Hqq.LEGACY));
    }
  }

  private void same(String what, Supplier<QuantizedMatrix> work) {
    Gpu.assertSame(work.get(), Gpu.on(backend, work), what);
  }

  @ParameterizedTest
  @EnumSource(Axis.class)
  void halfAsManyBytesTravel(Axis axis) {
    Matrix w = bf16(64, 64, 1);
    QuantSpec spec = SPEC.with(axis);
    Gpu.on(backend, () -> RoundToNearest.quantize(w, spec));
    assertEquals(w.size() * 2, StandIn.uploaded());
    w.put(w.size() - 1, 0.1f);
    Gpu.on(backend, () -> RoundToNearest.quantize(w, spec));
    assertEquals(w.size() * (2 + 4), StandIn.uploaded());
  }

  /** From the first odd bit on parts travel whole: a part is copied in vain at most once. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2, PARTS - 1, PARTS})
  void aMatrixThatIsNarrowInPartTravelsWholeFromThereOn(int oddPart) {
    Matrix w = bf16(256, 512, 2);
    if (oddPart < PARTS) {
      w.put(oddPart * (long) PART + PART - 1, 0.1f);
    }
    QuantizedMatrix expected = RoundToNearest.quantize(w, SPEC);
    StandIn.memory(SHORT_MEMORY);
    QuantizedMatrix actual =
        DeviceWork.on(Gpu.backend()).call(() -> RoundToNearest.quantize(w, SPEC));
    Gpu.assertSame(expected, actual, "in parts");
    assertEquals(PARTS + oddPart, StandIn.launches());
    assertEquals(PART * (2L * oddPart + 4L * (PARTS - oddPart)), StandIn.uploaded());
    assertEquals(0, StandIn.used());
  }

  /** What does not begin as bf16 takes no room and no time for it. */
  @Test
  void floatsTravelAsBefore() {
    Matrix w = Gpu.gaussian(256, 512, 0.02f, 1);
    StandIn.memory(SHORT_MEMORY);
    DeviceWork.on(Gpu.backend()).call(() -> RoundToNearest.quantize(w, SPEC));
    assertEquals(PARTS / 2, StandIn.launches(), "five bytes a weight, so parts are twice as large");
    assertEquals(4 * w.size(), StandIn.uploaded());
  }

  /** Memory that blocks write may be given away when the work is over. */
  @Test
  void noBlockRunsAfterAnInterrupt() {
    AtomicInteger running = new AtomicInteger();
    Thread caller = Thread.currentThread();
    try {
      assertThrows(
          InterruptedWork.class,
          () ->
              Uploads.blocks(
                  64,
                  "a test",
                  _ -> {
                    running.incrementAndGet();
                    caller.interrupt();
                    long until = System.nanoTime() + 50_000_000;
                    while (System.nanoTime() < until) {
                      LockSupport.parkNanos(until - System.nanoTime());
                    }
                    running.decrementAndGet();
                  }));
      assertEquals(0, running.get());
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  private static Matrix bf16(long rows, long columns, long seed) {
    return Agreements.roundToBfloat16(Gpu.gaussian(rows, columns, 0.05f, seed));
  }
}

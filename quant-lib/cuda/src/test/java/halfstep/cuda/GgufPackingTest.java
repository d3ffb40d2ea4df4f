package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.pack.GgufBlocks;
import halfstep.pack.Packed;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GGUF's blocks made on the device, beside core's. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GgufPackingTest {

  private final GpuDevice device = JCudaProbe.look().open(0);

  @AfterEach
  void everythingWasGivenBack() {
    assertEquals(0, StandIn.used());
  }

  private static QuantizedMatrix solution(
      int bits, int size, ZeroPoint zeros, int rows, float sigma) {
    QuantSpec spec = new QuantSpec(Bits.of(bits), size, Axis.IN, zeros);
    return RoundToNearest.quantize(Gpu.gaussian(rows, 2L * size, sigma, rows + size), spec);
  }

  /** Blocks of weights below, at and above a block of threads; scales down to subnormal halves. */
  @ParameterizedTest
  @CsvSource({
    "Q4_1, 4, 32, FLOAT, 1, 0.02",
    "Q4_1, 3, 64, FLOAT, 65, 0.02",
    "Q4_1, 2, 96, INTEGER, 5, 1",
    "Q4_1, 4, 128, FLOAT, 33, 0.00001",
    "Q4_0, 4, 32, SYMMETRIC, 64, 0.02",
    "Q4_0, 3, 32, SYMMETRIC, 7, 30",
    "Q8_0, 8, 64, SYMMETRIC, 40, 0.02",
    "Q8_0, 4, 32, INTEGER, 9, 0.02"
  })
  void blocksAreTheProcessors(
      GgufBlocks format, int bits, int size, ZeroPoint zeros, int rows, float sigma) {
    QuantizedMatrix q = solution(bits, size, zeros, rows, sigma);
    Packed here = format.pack(q);
    Packed there = GgufPacking.pack(device, format, q);
    assertEquals(here.shape(), there.shape());
    assertEquals(-1, here.segment().mismatch(there.segment()), "the same bytes");
    assertEquals(
        0,
        format
            .unpack(here, q.shape())
            .countDifferent(GgufPacking.unpack(device, format, here, q.shape())));
    naively(format, q, here);
  }

  private void naively(GgufBlocks format, QuantizedMatrix q, Packed here) {
    GgufPacking there = new GgufPacking(device, format, q.shape());
    try (Held held = new Held()) {
      DeviceMemory codes = Uploads.segment(device, q.codes().segment(), held);
      DeviceMemory scales = Uploads.segment(device, q.params().scales().segment(), held);
      DeviceMemory zeros = Uploads.segment(device, q.params().zeros().segment(), held);
      DeviceMemory report = Uploads.ints(device, new int[1], held);
      DeviceMemory packed = held.add(device.allocate(there.bytes()));
      int size = format.groupingOf(q).size();
      Uploads.run(device, naive(there.pack(codes, scales, zeros, size, packed, report)));
      assertEquals(-1, here.segment().mismatch(bytes(packed)), "the same bytes, naively");
      DeviceMemory back = held.add(device.allocate(codes.bytes()));
      Uploads.run(device, naive(there.unpack(packed, back)));
      assertEquals(
          -1, format.unpack(here, q.shape()).segment().mismatch(bytes(back)), "codes, naively");
    }
  }

  private Launch naive(Launch fast) {
    Launch launch =
        Launch.of(
            device.kernel("gguf", fast.kernel().name() + "_naive"), fast.blocksX(), fast.threads());
    return launch.with(fast.arguments().toArray());
  }

  private MemorySegment bytes(DeviceMemory memory) {
    MemorySegment segment = MemorySegment.ofArray(new byte[Math.toIntExact(memory.bytes())]);
    Uploads.read(device, memory, segment);
    return segment;
  }

  /**
   * A zero that is not whole, a code that does not fit, a scale beyond float16: the host's words.
   */
  @Test
  void whatTheFormatCannotHoldIsNamedAsOnTheProcessor() {
    assertRefused(GgufBlocks.Q4_0, solution(4, 32, ZeroPoint.FLOAT, 3, 0.02f));
    assertRefused(GgufBlocks.Q4_0, solution(4, 32, ZeroPoint.INTEGER, 3, 0.02f));
    assertRefused(GgufBlocks.Q4_1, solution(8, 32, ZeroPoint.FLOAT, 3, 0.02f));
    assertRefused(GgufBlocks.Q4_1, solution(2, 32, ZeroPoint.FLOAT, 40, 1e6f));
    QuantizedMatrix q = solution(4, 20, ZeroPoint.FLOAT, 16, 0.02f);
    assertThrows(ShapeException.class, () -> GgufPacking.pack(device, GgufBlocks.Q4_1, q));
  }

  private void assertRefused(GgufBlocks format, QuantizedMatrix q) {
    String here = assertThrows(IllegalArgumentException.class, () -> format.pack(q)).getMessage();
    long before = StandIn.launches();
    String there =
        assertThrows(IllegalArgumentException.class, () -> GgufPacking.pack(device, format, q))
            .getMessage();
    assertEquals(here, there);
    assertTrue(StandIn.launches() > before, "the device found out");
  }

  /** One block of many threads is enough. */
  @Test
  void aSingleMisfitIsFound() {
    QuantizedMatrix q = solution(4, 32, ZeroPoint.SYMMETRIC, 150, 0.02f);
    Matrix zeros = q.params().zeros();
    zeros.put(zeros.size() - 1, 7.5f);
    assertRefused(GgufBlocks.Q4_0, q);
  }
}

package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.cuda.jcuda.JCudaProbe;
import halfstep.pack.AwqGemmPacking;
import halfstep.pack.CodePacking;
import halfstep.pack.CompressedTensorsPacking;
import halfstep.pack.GptqPacking;
import halfstep.pack.HqqPacking;
import halfstep.pack.Packed;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Words of the files' formats made on the device, beside core's. */
@Tag("standin")
@ExtendWith(StandIn.class)
class LayoutPackingTest {

  private static final int THREADS = 64;

  private final GpuDevice device = JCudaProbe.look().open(0);

  @AfterEach
  void everythingWasGivenBack() {
    assertEquals(0, StandIn.used());
  }

  record Case(CodePacking packing, int levels, Shape shape) {
    @Override
    public String toString() {
      return packing.label() + " of " + shape;
    }
  }

  /** Shapes below, at and above a patch, and some that fill no word where the format allows it. */
  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int[] size : new int[][] {{1, 1}, {3, 5}, {7, 37}, {33, 66}, {40, 128}}) {
      Shape shape = new Shape(size[0], size[1]);
      for (int bits = 1; bits <= 8; bits++) {
        cases.add(new Case(new CompressedTensorsPacking(bits), 1 << bits, shape));
      }
      for (Bits bits : Bits.values()) {
        for (Axis axis : Axis.values()) {
          QuantSpec spec = new QuantSpec(bits, QuantSpec.WHOLE, axis, ZeroPoint.FLOAT);
          CodePacking packing = new HqqPacking(spec, HqqPacking.Rows.PAD);
          cases.add(new Case(packing, bits.maxCode() + 1, shape));
        }
      }
      cases.add(new Case(new AwqGemmPacking(), 16, new Shape(8L * size[0], size[1])));
      for (int bits : new int[] {2, 3, 4, 8}) {
        Shape whole = new Shape(size[0], (long) size[1] * (bits == 3 ? 32 : 32 / bits));
        cases.add(new Case(new GptqPacking(bits, GptqPacking.Version.V2), 1 << bits, whole));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void wordsAreTheProcessors(Case given) {
    Codes codes = codes(given);
    Packed here = given.packing().pack(codes);
    long before = StandIn.launches();
    Packed there = LayoutPacking.pack(device, given.packing(), codes);
    assertEquals(here.shape(), there.shape());
    assertEquals(here.wordBits(), there.wordBits());
    assertEquals(-1, here.segment().mismatch(there.segment()), "the same bytes");
    Codes back = LayoutPacking.unpack(device, given.packing(), here, given.shape());
    assertEquals(0, codes.countDifferent(back));
    assertEquals(before + 2, StandIn.launches());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void naiveKernelsDoTheSame(Case given) {
    Codes codes = codes(given);
    Packed here = given.packing().pack(codes);
    try (Held held = new Held()) {
      LayoutPacking there = new LayoutPacking(device, given.packing(), given.shape(), held);
      DeviceMemory from = Uploads.segment(device, codes.segment(), held);
      DeviceMemory words = held.add(device.allocate(there.bytes()));
      Uploads.run(device, naive(there.pack(from, words), "layout_pack_naive", there));
      assertEquals(-1, here.segment().mismatch(bytes(words)), "the same bytes");
      DeviceMemory back = held.add(device.allocate(given.shape().size()));
      Uploads.run(device, naive(there.unpack(words, back), "layout_unpack_naive", there));
      assertEquals(-1, codes.segment().mismatch(bytes(back)), "the same codes");
    }
  }

  /** The same arguments for the kernel that takes a lane a thread. */
  private Launch naive(Launch fast, String kernel, LayoutPacking layout) {
    Launch launch = Launch.ofThreads(device.kernel("layouts", kernel), layout.lanes(), THREADS);
    return launch.with(fast.arguments().toArray());
  }

  private MemorySegment bytes(DeviceMemory memory) {
    byte[] bytes = new byte[Math.toIntExact(memory.bytes())];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    Uploads.read(device, memory, segment);
    return segment;
  }

  /** The kernels that were written for a layout's order are those that run. */
  @Test
  void everyOrderHasItsKernel() {
    QuantSpec four = QuantSpec.of(4, QuantSpec.WHOLE);
    assertEquals("layout_pack_quads", kernel(new HqqPacking(four), new Shape(8, 64)));
    assertEquals("layout_pack_8", kernel(new HqqPacking(four), new Shape(2, 33)));
    QuantSpec three = QuantSpec.of(3, QuantSpec.WHOLE);
    assertEquals("layout_pack_32", kernel(new HqqPacking(three), new Shape(10, 64)));
    assertEquals("layout_pack_32", kernel(new CompressedTensorsPacking(4), new Shape(8, 64)));
    assertEquals("layout_pack_across", kernel(new AwqGemmPacking(), new Shape(64, 64)));
    GptqPacking gptq = new GptqPacking(3, GptqPacking.Version.V1);
    assertEquals("layout_pack_across", kernel(gptq, new Shape(64, 64)));
  }

  private String kernel(CodePacking packing, Shape shape) {
    try (Held held = new Held()) {
      LayoutPacking there = new LayoutPacking(device, packing, shape, held);
      DeviceMemory any = held.add(device.allocate(shape.size()));
      return there.pack(any, any).kernel().name();
    }
  }

  @Test
  void refusesShapesAsTheFormatDoes() {
    Codes codes = Codes.zeros(new Shape(9, 32));
    ShapeException refused =
        assertThrows(
            ShapeException.class, () -> LayoutPacking.pack(device, new AwqGemmPacking(), codes));
    assertTrue(String.valueOf(refused.getMessage()).contains("out = 9 is no multiple of 8"));
  }

  private static Codes codes(Case given) {
    SplittableRandom random = new SplittableRandom(given.shape().size() + given.levels());
    Codes codes = Codes.zeros(given.shape());
    for (long i = 0; i < given.shape().size(); i++) {
      codes.put(i, random.nextInt(given.levels()));
    }
    assertEquals(given.shape().size(), codes.segment().toArray(ValueLayout.JAVA_BYTE).length);
    return codes;
  }
}

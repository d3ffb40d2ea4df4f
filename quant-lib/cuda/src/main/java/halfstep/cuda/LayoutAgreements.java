package halfstep.cuda;

import halfstep.cuda.GpuCheck.Agreement;
import halfstep.cuda.device.GpuDevice;
import halfstep.pack.AwqGemmPacking;
import halfstep.pack.CodePacking;
import halfstep.pack.CompressedTensorsPacking;
import halfstep.pack.GgufBlocks;
import halfstep.pack.GptqPacking;
import halfstep.pack.HqqPacking;
import halfstep.pack.Packed;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The files' formats packed on the device beside the processor: how many bytes differ. */
final class LayoutAgreements {

  private final GpuDevice device;
  private final int rows;
  private final int columns;

  /**
   * @param small whether to look at small matrices alone; neither side fills a patch
   */
  LayoutAgreements(GpuDevice device, boolean small) {
    this.device = device;
    this.rows = small ? 40 : 1000;
    this.columns = small ? 96 : 4064;
  }

  List<Agreement> all() {
    List<Agreement> all = new ArrayList<>();
    for (Bits bits : List.of(Bits.TWO, Bits.THREE, Bits.FOUR, Bits.EIGHT)) {
      int width = Integer.parseInt(bits.label());
      QuantizedMatrix q = rounded(bits, ZeroPoint.FLOAT);
      all.add(packing(new HqqPacking(q.spec()), q));
      all.add(packing(new GptqPacking(width, GptqPacking.Version.V2), q));
      all.add(packing(new CompressedTensorsPacking(width), q));
      if (bits == Bits.FOUR) {
        all.add(packing(new AwqGemmPacking(), q));
        all.add(blocks(GgufBlocks.Q4_1, q));
        all.add(blocks(GgufBlocks.Q4_0, rounded(bits, ZeroPoint.SYMMETRIC)));
      }
    }
    all.add(blocks(GgufBlocks.Q8_0, rounded(Bits.EIGHT, ZeroPoint.SYMMETRIC)));
    return all;
  }

  private QuantizedMatrix rounded(Bits bits, ZeroPoint zeros) {
    QuantSpec spec = new QuantSpec(bits, 32, Axis.IN, zeros);
    return RoundToNearest.quantize(Agreements.gaussian(rows, columns, 0.02f), spec);
  }

  private Agreement packing(CodePacking packing, QuantizedMatrix q) {
    Packed here = packing.pack(q.codes());
    Packed there = LayoutPacking.pack(device, packing, q.codes());
    Codes back = LayoutPacking.unpack(device, packing, here, q.shape());
    return new Agreement(
        "layout %s".formatted(packing.label()),
        different(here, there) + q.codes().countDifferent(back),
        0);
  }

  private Agreement blocks(GgufBlocks format, QuantizedMatrix q) {
    Packed here = format.pack(q);
    Packed there = GgufPacking.pack(device, format, q);
    Codes back = GgufPacking.unpack(device, format, here, q.shape());
    return new Agreement(
        "layout %s".formatted(format.label()),
        different(here, there) + format.unpack(here, q.shape()).countDifferent(back),
        0);
  }

  private static long different(Packed here, Packed there) {
    MemorySegment expected = here.segment();
    MemorySegment actual = there.segment();
    long different = 0;
    for (long i = 0; i < expected.byteSize(); i++) {
      byte of = expected.get(ValueLayout.JAVA_BYTE, i);
      different += of == actual.get(ValueLayout.JAVA_BYTE, i) ? 0 : 1;
    }
    return different;
  }
}

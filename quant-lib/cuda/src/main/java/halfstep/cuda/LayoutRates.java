package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.pack.AwqGemmPacking;
import halfstep.pack.CodePacking;
import halfstep.pack.CompressedTensorsPacking;
import halfstep.pack.GgufBlocks;
import halfstep.pack.GptqPacking;
import halfstep.pack.GptqPacking.Version;
import halfstep.pack.HqqPacking;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** How fast codes that lie on the device become the words of files, and words codes. */
final class LayoutRates {

  private static final int GROUP = 64;

  private final GpuDevice device;
  private final DeviceClock clock;
  private final Shape codes;

  /**
   * @param small whether only to see that everything runs
   */
  LayoutRates(GpuDevice device, boolean small) {
    this.device = device;
    this.clock = new DeviceClock(device, small ? 2 : 31);
    this.codes = small ? new Shape(64, 128) : new Shape(8192, 28672);
  }

  List<CheckRow> all() {
    List<CheckRow> all = new ArrayList<>();
    for (CodePacking packing :
        List.of(
            new HqqPacking(QuantSpec.of(4, GROUP)),
            new HqqPacking(QuantSpec.of(3, GROUP)),
            new GptqPacking(4, Version.V2),
            new GptqPacking(3, Version.V2),
            new AwqGemmPacking(),
            new CompressedTensorsPacking(4))) {
      all.addAll(words(packing));
    }
    all.addAll(blocks(GgufBlocks.Q4_1));
    return all;
  }

  private List<CheckRow> words(CodePacking packing) {
    try (Held held = new Held()) {
      LayoutPacking there = new LayoutPacking(device, packing, codes, held);
      DeviceMemory from = Uploads.zeros(device, codes.size(), held);
      DeviceMemory words = Uploads.zeros(device, there.bytes(), held);
      long bytes = codes.size() + there.bytes();
      return rows(packing.label(), there.pack(from, words), there.unpack(words, from), bytes);
    }
  }

  private List<CheckRow> blocks(GgufBlocks format) {
    try (Held held = new Held()) {
      GgufPacking there = new GgufPacking(device, format, codes);
      DeviceMemory from = Uploads.zeros(device, codes.size(), held);
      DeviceMemory grids = Uploads.zeros(device, codes.size() / GROUP * Float.BYTES, held);
      DeviceMemory report = Uploads.zeros(device, Integer.BYTES, held);
      DeviceMemory packed = Uploads.zeros(device, there.bytes(), held);
      Launch pack = there.pack(from, grids, grids, GROUP, packed, report);
      long bytes = codes.size() + 2 * grids.bytes() + there.bytes();
      return rows(format.label(), pack, there.unpack(packed, from), bytes);
    }
  }

  private List<CheckRow> rows(String label, Launch pack, Launch unpack, long bytes) {
    return List.of(row("pack " + label, pack, bytes), row("unpack " + label, unpack, bytes));
  }

  private CheckRow row(String name, Launch launch, long bytes) {
    return clock.row(name, codes.toString(), bytes, stream -> device.launch(launch, stream));
  }
}

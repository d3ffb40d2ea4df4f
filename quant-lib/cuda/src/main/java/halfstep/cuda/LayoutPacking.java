package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.pack.CodePacking;
import halfstep.pack.LaneLayout;
import halfstep.pack.Packed;
import halfstep.quant.Codes;
import halfstep.tensor.OffHeap;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One matrix' codes in the words of a file's format, packed and unpacked on the GPU ({@code
 * layouts.cu}): hqq's, GPTQ's, AutoAWQ's and compressed-tensors'. What the format is, core's {@link
 * LaneLayout} says, by which the processor packs.
 */
final class LayoutPacking {

  private static final int THREADS = 256;

  /** Lanes, and words of each, that a block takes where codes and words lie across one another. */
  private static final int PATCH = 32;

  /** With the word that a patch's last code may reach into, and one that spreads the banks. */
  private static final int PATCH_BYTES = PATCH * (PATCH + 2) * Integer.BYTES;

  /** Codes of a word that the kernels' table has room for. */
  private static final int MOST_SHIFTS = 10;

  private final GpuDevice device;
  private final CodePacking packing;
  private final LaneLayout layout;
  private final Shape codes;
  private final int count;
  private final DeviceMemory table;

  /**
   * @param codes the matrix, {@code out × in}, of fewer than 2³¹ codes
   * @param held gives the device's memory back
   * @throws halfstep.tensor.ShapeException if the format cannot hold this shape
   */
  LayoutPacking(GpuDevice device, CodePacking packing, Shape codes, Held held) {
    this.device = device;
    this.packing = packing;
    this.layout = packing.layout(codes);
    this.codes = codes;
    this.count = Math.toIntExact(codes.size());
    this.table = Uploads.ints(device, table(layout), held);
  }

  private static int[] table(LaneLayout layout) {
    int[] head = {
      Math.toIntExact(layout.lanes()),
      layout.codesPerLane(),
      layout.codesAlong() ? 1 : 0,
      layout.wordsPerLane(),
      layout.wordsAlong() ? 1 : 0,
      layout.width(),
      layout.wordBits(),
      layout.shifts().size()
    };
    int[] table = Arrays.copyOf(head, head.length + MOST_SHIFTS);
    for (int i = 0; i < layout.shifts().size(); i++) {
      table[head.length + i] = layout.shifts().get(i);
    }
    return table;
  }

  long lanes() {
    return layout.lanes();
  }

  /** Bytes of the packed words. */
  long bytes() {
    return packing.wordShape(codes).size() * layout.wordBits() / Byte.SIZE;
  }

  /**
   * Packs codes of the host.
   *
   * @param from of this shape, each below 2^bits, as solvers give them; not modified
   * @return what the packing gives on the processor, but that its padding is not told
   */
  static Packed pack(GpuDevice device, CodePacking packing, Codes from) {
    try (Held held = new Held()) {
      LayoutPacking there = new LayoutPacking(device, packing, from.shape(), held);
      DeviceMemory codes = Uploads.segment(device, from.segment(), held);
      DeviceMemory words = held.add(device.allocate(there.bytes()));
      MemorySegment bytes = OffHeap.allocate(there.bytes());
      Uploads.run(device, there.pack(codes, words));
      Uploads.read(device, words, bytes);
      return Packed.over(packing.wordShape(from.shape()), packing.wordBits(), bytes);
    }
  }

  /**
   * The codes that words of the host hold.
   *
   * @param from not modified
   * @param shape the matrix, {@code out × in}
   */
  static Codes unpack(GpuDevice device, CodePacking packing, Packed from, Shape shape) {
    try (Held held = new Held()) {
      LayoutPacking there = new LayoutPacking(device, packing, shape, held);
      DeviceMemory words = Uploads.segment(device, from.segment(), held);
      DeviceMemory codes = held.add(device.allocate(shape.size()));
      Codes into = Codes.zeros(shape);
      Uploads.run(device, there.unpack(words, codes));
      Uploads.read(device, codes, into.segment());
      return into;
    }
  }

  /**
   * The launch that packs what lies on the device.
   *
   * @param from {@code out × in} codes, a byte each
   * @param words overwritten
   */
  Launch pack(DeviceMemory from, DeviceMemory words) {
    long each = layout.lanes() * layout.wordsPerLane();
    return launch("layout_pack_", each).with(table, from, words, count);
  }

  /**
   * The launch that unpacks what lies on the device.
   *
   * @param words not modified
   * @param into {@code out × in} codes, a byte each; overwritten
   */
  Launch unpack(DeviceMemory words, DeviceMemory into) {
    return launch("layout_unpack_", count).with(table, words, into, count);
  }

  /**
   * @param each threads where one does a word or a code
   */
  private Launch launch(String kernel, long each) {
    if (hasQuads()) {
      return Launch.ofThreads(
          device.kernel("layouts", kernel + "quads"), layout.lanes() / 4, THREADS);
    }
    if (liesAcross()) {
      int across = Math.toIntExact(Math.ceilDiv(layout.lanes(), PATCH));
      return Launch.of(device.kernel("layouts", kernel + "across"), across, THREADS)
          .rows(Math.ceilDiv(layout.wordsPerLane(), PATCH))
          .shared(PATCH_BYTES);
    }
    return Launch.ofThreads(device.kernel("layouts", kernel + layout.wordBits()), each, THREADS);
  }

  /** Whether threads that read side by side would write far apart. */
  private boolean liesAcross() {
    return layout.wordBits() == Integer.SIZE
        && layout.codesAlong() != layout.wordsAlong()
        && layout.wordsPerLane() > 1;
  }

  /** Whether bytes of four lanes may be taken for one word. */
  private boolean hasQuads() {
    return layout.wordBits() == Byte.SIZE
        && !layout.codesAlong()
        && layout.wordsPerLane() == 1
        && layout.lanes() % 4 == 0
        && count % 4 == 0;
  }
}

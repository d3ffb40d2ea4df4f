package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.pack.GgufBlocks;
import halfstep.pack.Packed;
import halfstep.quant.Codes;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.OffHeap;
import halfstep.tensor.Shape;
import java.lang.foreign.MemorySegment;

/** GGUF's blocks packed and unpacked on the GPU ({@code gguf.cu}). */
final class GgufPacking {

  private static final int THREADS = 128;

  /** A block of each thread, of the largest format. */
  private static final int SHARED_BYTES = THREADS * GgufBlocks.Q8_0.blockBytes();

  private final GpuDevice device;
  private final GgufBlocks format;
  private final int columns;
  private final int blocks;
  private final Shape words;

  /**
   * @param codes the matrix, {@code out × in}
   * @throws halfstep.tensor.ShapeException if the format cannot hold this shape
   */
  GgufPacking(GpuDevice device, GgufBlocks format, Shape codes) {
    this.device = device;
    this.format = format;
    this.words = format.wordShape(codes);
    this.columns = Math.toIntExact(codes.cols());
    this.blocks = Math.toIntExact(codes.size() / GgufBlocks.BLOCK);
  }

  /** Bytes of all blocks. */
  long bytes() {
    return words.size();
  }

  /**
   * Packs a solution of the host.
   *
   * @param q as {@link GgufBlocks#pack} takes it; not modified
   * @return what that gives
   * @throws IllegalArgumentException as there, naming the block, if the format cannot hold it
   */
  static Packed pack(GpuDevice device, GgufBlocks format, QuantizedMatrix q) {
    int size = format.groupingOf(q).size();
    GgufPacking there = new GgufPacking(device, format, q.shape());
    try (Held held = new Held()) {
      DeviceMemory codes = Uploads.segment(device, q.codes().segment(), held);
      DeviceMemory scales = Uploads.segment(device, q.params().scales().segment(), held);
      DeviceMemory zeros = Uploads.segment(device, q.params().zeros().segment(), held);
      DeviceMemory report = Uploads.ints(device, new int[1], held);
      DeviceMemory packed = held.add(device.allocate(there.bytes()));
      Uploads.run(device, there.pack(codes, scales, zeros, size, packed, report));
      int[] refused = new int[1];
      Uploads.read(device, report, MemorySegment.ofArray(refused));
      if (refused[0] != 0) {
        return format.pack(q); // which names the block
      }
      MemorySegment bytes = OffHeap.allocate(there.bytes());
      Uploads.read(device, packed, bytes);
      return Packed.over(there.words, Byte.SIZE, bytes);
    }
  }

  /**
   * The codes that blocks of the host hold.
   *
   * @param from not modified
   * @param shape the matrix, {@code out × in}
   */
  static Codes unpack(GpuDevice device, GgufBlocks format, Packed from, Shape shape) {
    GgufPacking there = new GgufPacking(device, format, shape);
    try (Held held = new Held()) {
      DeviceMemory packed = Uploads.segment(device, from.segment(), held);
      DeviceMemory codes = held.add(device.allocate(shape.size()));
      Uploads.run(device, there.unpack(packed, codes));
      Codes into = Codes.zeros(shape);
      Uploads.read(device, codes, into.segment());
      return into;
    }
  }

  /**
   * The launch that packs what lies on the device.
   *
   * @param size weights of a group
   * @param packed overwritten
   * @param report an int, 0 before; then not 0 if the format cannot hold some block
   */
  Launch pack(
      DeviceMemory codes,
      DeviceMemory scales,
      DeviceMemory zeros,
      int size,
      DeviceMemory packed,
      DeviceMemory report) {
    return launch("gguf_pack")
        .with(codes, scales, zeros, packed, report, blocks, columns, size, number());
  }

  /**
   * The launch that unpacks what lies on the device.
   *
   * @param packed not modified
   * @param codes overwritten
   */
  Launch unpack(DeviceMemory packed, DeviceMemory codes) {
    return launch("gguf_unpack").with(packed, codes, blocks, number());
  }

  /** The kernels number the formats in the order in which core names them. */
  private int number() {
    return format.ordinal();
  }

  private Launch launch(String kernel) {
    return Launch.ofThreads(device.kernel("gguf", kernel), blocks, THREADS).shared(SHARED_BYTES);
  }
}

package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Launch;
import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Weights that are bf16 numbers, as those of most checkpoints are, travel as such: the lower halves
 * of their floats are zeros, which the device puts back.
 */
final class Narrowing {

  /** Weights that a core narrows at a time: 1 MiB of them. */
  private static final int BLOCK = 1 << 18;

  /** Weights that are looked at beforehand. */
  private static final int FIRST = 1 << 12;

  private static final int THREADS = 256;

  private Narrowing() {}

  /**
   * Whether a matrix begins with bf16 numbers, so that narrowing it is worth a try. Of float16
   * numbers about one in eight is one.
   *
   * @param w not modified
   */
  static boolean isPromising(Matrix w) {
    long count = Math.min(FIRST, w.size());
    MemorySegment into = MemorySegment.ofArray(new short[(int) count]);
    return Halves.narrowToBfloat16(w.segment().asSlice(0, count * Float.BYTES), into);
  }

  /**
   * Copies the upper halves of floats within the host's memory, by all cores, as long as all lower
   * halves are zeros. Any pattern of bits is kept, NaN's as well.
   *
   * @param from floats, at any address; not modified
   * @param into two bytes a float, from the first; undefined where the result is false
   * @param what names the work if it is interrupted
   * @return whether nothing was lost
   */
  static boolean narrow(MemorySegment from, MemorySegment into, String what) {
    long count = from.byteSize() / Float.BYTES;
    AtomicBoolean lost = new AtomicBoolean();
    Uploads.blocks(
        Math.ceilDiv(count, BLOCK),
        what,
        block -> {
          long first = block * BLOCK;
          long some = Math.min(BLOCK, count - first);
          MemorySegment floats = from.asSlice(first * Float.BYTES, some * Float.BYTES);
          MemorySegment halves = into.asSlice(first * Short.BYTES, some * Short.BYTES);
          if (!lost.get() && !Halves.narrowToBfloat16(floats, halves)) {
            lost.set(true);
          }
        });
    return !lost.get();
  }

  /**
   * Queues the way back to float32 on the device.
   *
   * @param halves at least {@code count} numbers of 16 bits; not modified
   * @param w at least as many floats
   */
  static void widen(
      GpuDevice device, DeviceMemory halves, DeviceMemory w, int count, GpuStream stream) {
    Launch launch =
        Launch.ofThreads(device.kernel("widen", "widen"), count / 4 + 1L, THREADS)
            .with(halves, w, count);
    device.launch(launch, stream);
  }
}

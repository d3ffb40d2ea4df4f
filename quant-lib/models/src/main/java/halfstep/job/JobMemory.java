package halfstep.job;

import com.sun.management.HotSpotDiagnosticMXBean;
import halfstep.llm.CaptureMemory;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * What a method that takes layers by themselves holds off the heap at once: the weights that it
 * reads ahead, solves and finishes, in memory as large as the largest layer's; codes, scales and
 * zeros of the latter two.
 */
public final class JobMemory {

  /** Slices that are read, dequantized and written: 4 MB each, with room for their copies. */
  private static final long SLICES = 64 << 20;

  /** What Java takes for itself; its heap comes on top: an eighth of all, or the least it needs. */
  private static final long JAVA = 256L << 20;

  private static final long LEAST_HEAP = 96L << 20;
  private static final int HEAP_SHARE = 8;

  /** Of what may be taken off the heap, the inputs of a block's layers take a part in this. */
  private static final int CAPTURE_SHARE = 4;

  /** Pauses of 0.1 s and twice as long each time: 12.7 s in all. */
  private static final int TRIES = 7;

  private static final long FIRST_PAUSE = 100_000_000;

  private JobMemory() {}

  /**
   * Bytes that a run must be given, Java and its heap included, as the launcher shares them out.
   */
  static long need(LayerSource source, List<String> layers, LayerSpecs specs, double beside) {
    long largest = layers.stream().mapToLong(layer -> weights(source, layer)).max().orElse(0);
    long codes = 0;
    for (int i = 0; i < layers.size(); i++) {
      long behind = i > 0 ? finishing(source, layers.get(i - 1), specs, beside) : 0;
      codes = Math.max(codes, codes(source, layers.get(i), specs) + behind);
    }
    long outside = Math.min(WeightReader.LAYERS, layers.size()) * largest + codes + SLICES + JAVA;
    return Math.max(outside + LEAST_HEAP, outside * HEAP_SHARE / (HEAP_SHARE - 1));
  }

  private static long weights(LayerSource source, String layer) {
    return source.shape(layer).size() * Float.BYTES;
  }

  private static long finishing(LayerSource source, String layer, LayerSpecs specs, double beside) {
    return codes(source, layer, specs) + (long) (source.shape(layer).size() * beside);
  }

  private static long codes(LayerSource source, String layer, LayerSpecs specs) {
    Shape shape = source.shape(layer);
    long groups = specs.of(layer).grouping(shape).groups();
    return shape.size() + groups * 2 * Float.BYTES;
  }

  /**
   * Where calibrated methods keep the inputs of a block's layers: off the heap while they take a
   * quarter of what {@code --max-memory} leaves there, in files beyond that.
   *
   * @param out the output folder; the files lie beside it, nameless
   */
  static CaptureMemory captures(Path out) {
    HotSpotDiagnosticMXBean machine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long bound = Long.parseLong(machine.getVMOption("MaxDirectMemorySize").getValue());
    Path beside = out.toAbsolutePath().getParent();
    return bound == 0 || beside == null
        ? CaptureMemory.UNBOUNDED
        : CaptureMemory.within(bound / CAPTURE_SHARE, beside);
  }

  /**
   * Does what takes memory off the heap, and waits where that is short: what nobody reaches any
   * more is given back by a thread of Java's own, which comes late on a busy machine.
   *
   * @param work done again from its beginning
   */
  public static <R> R patiently(Supplier<R> work) {
    for (int tries = 0; ; tries++) {
      try {
        return work.get();
      } catch (OutOfMemoryError full) {
        if (tries == TRIES || !String.valueOf(full.getMessage()).contains("direct")) {
          throw full;
        }
        System.gc();
        LockSupport.parkNanos(FIRST_PAUSE << tries);
        Parallel.checkInterrupt("waiting for memory");
      }
    }
  }

  /**
   * Refuses a bound that the largest layers do not fit in.
   *
   * @param beside bytes a weight that finishing takes beside codes
   */
  static void require(
      long bound, LayerSource source, List<String> layers, LayerSpecs specs, double beside) {
    long need = need(source, layers, specs, beside);
    if (need > bound) {
      throw new JobException(
          "three layers at work take %d MiB with Java itself, but --max-memory gives %d MiB; give at least the former"
              .formatted(Math.ceilDiv(need, 1L << 20), bound >> 20));
    }
  }
}

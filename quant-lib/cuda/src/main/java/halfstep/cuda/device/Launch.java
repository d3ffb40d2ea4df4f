package halfstep.cuda.device;

import java.util.ArrayList;
import java.util.List;

/**
 * A kernel with its grid and its arguments, in the order of the kernel's own declaration.
 *
 * @param kernel what to run
 * @param blocksX thread blocks side by side, at least 1
 * @param blocksY rows of them, at least 1
 * @param threads of a block, a multiple of 32, at most 1024
 * @param sharedBytes dynamic shared memory of a block
 * @param arguments as the kernel declares them
 */
public record Launch(
    GpuKernel kernel,
    int blocksX,
    int blocksY,
    int threads,
    int sharedBytes,
    List<Argument> arguments) {

  /** Rows of blocks that every device runs. */
  public static final int MOST_ROWS = 65535;

  /** What every device lets a block have without being asked for more. */
  public static final int MOST_SHARED_BYTES = 48 << 10;

  /** What devices from Ampere on let a block have where it asks for it. */
  public static final int MOST_ASKED_BYTES = 99 << 10;

  /** A kernel's argument: memory of a device, or a number of 32 bits. */
  public interface Argument {}

  /** An {@code int}. */
  public record Whole(int value) implements Argument {}

  /** A {@code float}. */
  public record Real(float value) implements Argument {}

  /** Takes a copy of the arguments, and refuses grids that no device runs. */
  public Launch {
    arguments = List.copyOf(arguments);
    boolean possible =
        blocksX >= 1
            && blocksY >= 1
            && blocksY <= MOST_ROWS
            && threads >= 32
            && threads <= 1024
            && threads % 32 == 0
            && sharedBytes >= 0
            && sharedBytes <= MOST_ASKED_BYTES;
    if (!possible) {
      throw new IllegalArgumentException(
          "%s cannot be launched with %d × %d blocks of %d threads and %d bytes of shared memory"
              .formatted(kernel.name(), blocksX, blocksY, threads, sharedBytes));
    }
  }

  /** A launch without arguments yet: one row of blocks, no shared memory. */
  public static Launch of(GpuKernel kernel, int blocks, int threads) {
    return new Launch(kernel, blocks, 1, threads, 0, List.of());
  }

  /** A launch with enough blocks for {@code count} threads. */
  public static Launch ofThreads(GpuKernel kernel, long count, int threads) {
    return of(kernel, Math.toIntExact(Math.max(1, Math.ceilDiv(count, threads))), threads);
  }

  /** The same with more rows of blocks. */
  public Launch rows(int count) {
    return new Launch(kernel, blocksX, count, threads, sharedBytes, arguments);
  }

  /** The same with shared memory. */
  public Launch shared(int bytes) {
    return new Launch(kernel, blocksX, blocksY, threads, bytes, arguments);
  }

  /** The same with further arguments: device memory, {@code Integer} or {@code Float}. */
  public Launch with(Object... values) {
    List<Argument> more = new ArrayList<>(arguments);
    for (Object value : values) {
      more.add(
          switch (value) {
            case Argument argument -> argument;
            case Integer whole -> new Whole(whole);
            case Float real -> new Real(real);
            default ->
                throw new IllegalArgumentException(
                    "%s takes device memory, int and float, not a %s"
                        .formatted(kernel.name(), value.getClass().getSimpleName()));
          });
    }
    return new Launch(kernel, blocksX, blocksY, threads, sharedBytes, more);
  }
}

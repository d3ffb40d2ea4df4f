package halfstep.cuda;

import halfstep.cuda.device.Capability;
import halfstep.cuda.device.GpuDevice;

/** How products of squares ({@code squares.cuh}) are laid out and launched. */
final class SquarePatches {

  /** What has the instruction {@code mma.m16n8k16}, and copies to shared memory by itself. */
  private static final Capability LEAST = new Capability(8, 0);

  /** Rows and columns of a square. */
  static final int SQUARE = 16;

  /** Rows of a patch in the left factor, and in the right one. */
  static final int ROWS = 128;

  static final int COLUMNS = 256;
  static final int THREADS = 256;

  /** Squares of each row that a step multiplies. */
  static final int STEP = 2;

  /** Four steps of 24 rows of squares, of half floats. */
  static final int SHARED_BYTES = 4 * (ROWS + COLUMNS) * STEP * SQUARE * Short.BYTES;

  private SquarePatches() {}

  /** Whether a device has the instructions. */
  static boolean supports(GpuDevice device) {
    return device.capability().compareTo(LEAST) >= 0;
  }

  /** Columns up to a multiple of a patch's. */
  static int side(int columns) {
    return Math.ceilDiv(columns, COLUMNS) * COLUMNS;
  }

  /** Bytes of so many rows of half floats. */
  static long bytes(long rows, long columns) {
    return rows * columns * Short.BYTES;
  }
}

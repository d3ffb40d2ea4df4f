package halfstep.cuda;

/** The tiles of {@code chains.cuh}: how kernels with them are launched, how their operands lie. */
final class ChainTiles {

  /** Rows and columns that a block of threads takes. */
  static final int SIZE = 128;

  static final int THREADS = 256;
  static final int SHARED_BYTES = 2 * 2 * 8 * SIZE * Float.BYTES;

  private ChainTiles() {}

  /** How many cover so many rows or columns. */
  static int covering(int count) {
    return Math.ceilDiv(count, SIZE);
  }

  /** Rows or columns with what fills up the last tile. */
  static int filled(int count) {
    return covering(count) * SIZE;
  }
}

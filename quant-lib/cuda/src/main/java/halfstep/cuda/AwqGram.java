package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import java.util.List;

/**
 * What AWQ's search asks of the inputs {@code X} of some layers, on the device ({@code gram.cu}):
 * the salience of each channel and {@code G = XᵀX}. Inputs come in stretches of tokens, first all
 * to {@link #statistics} and then all to {@link #inputs}.
 */
final class AwqGram {

  /** Tokens whose statistics are one sum: stretches begin at a multiple. */
  static final int SLICE = 512;

  private static final int ACROSS = 32;
  private static final int THREADS = 256;
  private static final int BAND = 8;

  /** Blocks for each multiprocessor, so that the last ones to run leave few idle. */
  private static final int WAVES = 16;

  private final GpuDevice device;
  private final int tokens;
  private final int columns;
  private final int side;
  private final int along;
  private final int perPart;
  private final int parts;
  private final ChannelTotals totals;
  private final DeviceMemory squares;
  private final DeviceMemory sums;
  private final DeviceMemory inverse;
  private final DeviceMemory lengths;
  private final DeviceMemory gram;

  /**
   * @param tokens of all stretches
   * @param columns channels
   * @param held gives the memory back
   */
  AwqGram(GpuDevice device, int tokens, int columns, Held held) {
    this.device = device;
    this.tokens = tokens;
    this.columns = columns;
    this.side = SquarePatches.side(columns);
    int steps = Math.ceilDiv(tokens, SquarePatches.SQUARE * SquarePatches.STEP);
    this.along = steps * SquarePatches.STEP;
    int wanted = Math.clamp(WAVES * device.multiprocessors() / patches(), 1, steps);
    this.perPart = Math.ceilDiv(steps, wanted) * SquarePatches.STEP;
    this.parts = Math.ceilDiv(along, perPart);
    this.totals = new ChannelTotals(device, tokens, columns, held);
    this.squares = zeros(SquarePatches.bytes(side, (long) along * SquarePatches.SQUARE), held);
    this.sums = held.add(device.allocate((long) parts * side * side * Float.BYTES));
    this.inverse = held.add(device.allocate((long) columns * Float.BYTES));
    this.lengths = held.add(device.allocate((long) columns * Float.BYTES));
    this.gram = held.add(device.allocate(SquarePatches.bytes(side, side)));
  }

  /** On and below the diagonal. */
  private int patches() {
    int down = side / SquarePatches.COLUMNS;
    return down * (down + 1);
  }

  private DeviceMemory zeros(long bytes, Held held) {
    return Uploads.zeros(device, bytes, held);
  }

  /**
   * Sums up |x| of a stretch.
   *
   * @param x {@code count × columns}
   * @param first token of the stretch, a multiple of 512
   */
  Launch statistics(DeviceMemory x, int first, int count) {
    return totals.add(x, first, count);
  }

  /** After all statistics. */
  Launch salience() {
    return totals.total();
  }

  /** Mean of |x| of each channel, after {@link #salience}. */
  DeviceMemory means() {
    return totals.means();
  }

  /** Rounds a stretch to half floats, after {@link #salience}; arguments as for the statistics. */
  Launch inputs(DeviceMemory x, int first, int count) {
    long warps =
        (long) Math.ceilDiv(columns, SquarePatches.SQUARE)
            * Math.ceilDiv(count, SquarePatches.SQUARE);
    return Launch.ofThreads(device.kernel("gram", "gram_inputs"), 32 * warps, THREADS)
        .with(x, totals.largest(), squares, count, columns, first, along);
  }

  /** After all inputs. */
  List<Launch> product() {
    int bands = Math.ceilDiv(side / SquarePatches.ROWS, BAND);
    long ownSquares = (long) (side / SquarePatches.SQUARE) * (side / SquarePatches.SQUARE);
    return List.of(
        Launch.of(
                device.kernel("gram", "gram"),
                BAND * (side / SquarePatches.COLUMNS),
                SquarePatches.THREADS)
            .rows(bands * parts)
            .shared(SquarePatches.SHARED_BYTES)
            .with(squares, sums, side, along, parts, perPart),
        Launch.ofThreads(device.kernel("gram", "gram_lengths"), columns, THREADS)
            .with(sums, totals.largest(), inverse, lengths, side, columns, parts),
        Launch.ofThreads(device.kernel("gram", "gram_squares"), 32 * ownSquares, THREADS)
            .with(sums, inverse, gram, side, columns, parts));
  }

  int tokens() {
    return tokens;
  }

  int columns() {
    return columns;
  }

  int side() {
    return side;
  }

  /** Lengths of X's columns, after {@link #product}. */
  DeviceMemory lengths() {
    return lengths;
  }

  /** The lower half of G over the lengths, as squares, after {@link #product}. */
  DeviceMemory squares() {
    return gram;
  }

  /** Mean and maximum of the absolute values of each column of a matrix. */
  static final class ChannelTotals {
    private final GpuDevice device;
    private final int rows;
    private final int columns;
    private final DeviceMemory sums;
    private final DeviceMemory maxima;
    private final DeviceMemory means;
    private final DeviceMemory largest;

    ChannelTotals(GpuDevice device, int rows, int columns, Held held) {
      this.device = device;
      this.rows = rows;
      this.columns = columns;
      long slices = Math.ceilDiv(rows, SLICE);
      this.sums = held.add(device.allocate(slices * columns * Double.BYTES));
      this.maxima = held.add(device.allocate(slices * columns * Float.BYTES));
      this.means = held.add(device.allocate((long) columns * Float.BYTES));
      this.largest = held.add(device.allocate((long) columns * Float.BYTES));
    }

    Launch add(DeviceMemory x, int first, int count) {
      return Launch.of(device.kernel("gram", "channels"), Math.ceilDiv(columns, ACROSS), THREADS)
          .rows(Math.ceilDiv(count, SLICE))
          .shared(THREADS * Double.BYTES)
          .with(x, sums, maxima, count, columns, first / SLICE);
    }

    Launch total() {
      return Launch.ofThreads(device.kernel("gram", "channels_total"), columns, THREADS)
          .with(sums, maxima, means, largest, Math.ceilDiv(rows, SLICE), columns, rows);
    }

    DeviceMemory means() {
      return means;
    }

    DeviceMemory largest() {
      return largest;
    }
  }
}

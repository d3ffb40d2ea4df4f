package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How much one layer's own output changes when its scaled weights are rounded, for many scales at a
 * time ({@code awq.cu}): {@code Σ e·G·eᵀ} over the rows of {@code E = W − RTN(W·s)/s}, which the
 * inputs' Gram matrix makes free of the number of tokens.
 */
final class AwqLosses {

  private static final int THREADS = 256;
  private static final int FACTOR_THREADS = 1024;

  /** Weights whose errors lie on the device at a time, as far as one layer's are not more. */
  private static final long ERRORS = 1 << 27;

  private final GpuDevice device;
  private final AwqGram gram;
  private final DeviceMemory w;
  private final int rows;
  private final QuantSpec spec;
  private final int size;
  private final int ratios;
  private final int atOnce;
  private final int patchRows;
  private final AwqGram.ChannelTotals weightTotals;
  private final DeviceMemory scales;
  private final DeviceMemory factors;
  private final DeviceMemory down;
  private final DeviceMemory errors;
  private final List<DeviceMemory> partials = new ArrayList<>();

  /**
   * @param gram of the layer's inputs
   * @param w weights on the device, {@code rows × columns}
   * @param spec groups along axis 1 whose zeros are codes
   * @param scales one per ratio, of a channel each
   * @param atOnce ratios whose errors lie on the device at a time
   * @param held gives the memory back
   */
  AwqLosses(
      GpuDevice device,
      AwqGram gram,
      DeviceMemory w,
      int rows,
      QuantSpec spec,
      List<ChannelScales> scales,
      int atOnce,
      Held held) {
    this.device = device;
    this.gram = gram;
    this.w = w;
    this.rows = rows;
    this.spec = spec;
    int columns = gram.columns();
    this.size = spec.grouping(new Shape(rows, columns)).size();
    this.ratios = scales.size();
    this.patchRows = Math.ceilDiv(rows, SquarePatches.ROWS);
    this.atOnce = atOnce;
    this.weightTotals = new AwqGram.ChannelTotals(device, rows, columns, held);
    float[] all = new float[ratios * columns];
    for (int i = 0; i < ratios; i++) {
      System.arraycopy(scales.get(i).toArray(), 0, all, i * columns, columns);
    }
    this.scales = Uploads.floats(device, all, held);
    this.factors = held.add(device.allocate((long) all.length * Float.BYTES));
    this.down = held.add(device.allocate((long) ratios * Float.BYTES));
    this.errors = Uploads.zeros(device, SquarePatches.bytes(atOnce, padded(gram, rows)), held);
    for (int first = 0; first < ratios; first += atOnce) {
      long patches = (long) count(first) * patchRows * across();
      partials.add(held.add(device.allocate(patches * Float.BYTES)));
    }
  }

  /** Ratios whose errors are to lie on the device at a time, if there is room. */
  static int atOnce(AwqGram gram, int rows, int ratios) {
    return Math.clamp(ERRORS / padded(gram, rows), 1, ratios);
  }

  private static long padded(AwqGram gram, int rows) {
    return (long) Math.ceilDiv(rows, SquarePatches.ROWS) * SquarePatches.ROWS * gram.side();
  }

  private int count(int first) {
    return Math.min(atOnce, ratios - first);
  }

  private int across() {
    return gram.side() / SquarePatches.COLUMNS;
  }

  /** What is to be queued, in order, after the {@linkplain AwqGram#product Gram matrix}. */
  List<Launch> launches() {
    int columns = gram.columns();
    int along = gram.side() / SquarePatches.SQUARE;
    List<Launch> launches = new ArrayList<>();
    launches.add(weightTotals.add(w, 0, rows));
    launches.add(weightTotals.total());
    launches.add(
        Launch.of(device.kernel("awq", "awq_factors"), ratios, FACTOR_THREADS)
            .shared(256)
            .with(scales, weightTotals.largest(), gram.lengths(), factors, down, columns));
    long lanes = (long) rows * (columns / size) * GroupSizes.LANES;
    String rounding = GroupSizes.kernel("awq_errors", size);
    for (int first = 0; first < ratios; first += atOnce) {
      int count = count(first);
      launches.add(
          Launch.ofThreads(device.kernel("awq", rounding), lanes, THREADS)
              .rows(count)
              .with(w, scales, factors, errors, rows, columns, size, first)
              .with(GpuRtn.kind(spec), (float) spec.maxCode(), GpuRtn.middle(spec), along));
      launches.add(
          Launch.of(device.kernel("awq", "awq_losses"), count * patchRows, SquarePatches.THREADS)
              .rows(across())
              .shared(SquarePatches.SHARED_BYTES)
              .with(errors, gram.squares(), partials.get(first / atOnce), along));
    }
    return launches;
  }

  /**
   * Mean squared change of the layer's output, one per scales, of what the launches left.
   *
   * @return summed in double, patch after patch
   */
  double[] read() {
    float[] undo = Uploads.read(device, down);
    double[] losses = new double[ratios];
    for (int first = 0; first < ratios; first += atOnce) {
      float[] found = Uploads.read(device, partials.get(first / atOnce));
      int perRow = count(first) * patchRows;
      for (int i = 0; i < count(first); i++) {
        double sum = 0;
        for (int y = 0; y < across(); y++) {
          for (int x = 0; x < patchRows; x++) {
            sum += found[y * perRow + i * patchRows + x];
          }
        }
        double once = undo[first + i];
        losses[first + i] = 2 * sum * once * once / ((double) gram.tokens() * rows);
      }
    }
    return losses;
  }
}

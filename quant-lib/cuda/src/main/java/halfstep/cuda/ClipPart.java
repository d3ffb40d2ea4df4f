package halfstep.cuda;

import halfstep.awq.AwqClipSearch;
import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuKernel;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.Launch;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matmul;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Some rows of weights on the device, and what clip limits change of them ({@code clip.cu}). */
final class ClipPart {

  private static final int THREADS = 256;
  private static final int WARP = 32;

  /** Of {@code clip_errors}, each of which has two rows. */
  private static final int ROW_THREADS = 64;

  private static final int ROWS = 2 * ROW_THREADS;

  private final GpuDevice device;
  private final QuantSpec spec;
  private final ClipGrams grams;
  private final int rows;
  private final int columns;
  private final int stride;
  private final DeviceMemory weights;
  private final DeviceMemory changes;
  private final Copied limits;
  private final Copied errors;
  private final Copied report;

  /**
   * @param weights on the device, {@code rows × columns}
   * @param held gives the memory back
   */
  ClipPart(
      GpuDevice device,
      QuantSpec spec,
      ClipGrams grams,
      DeviceMemory weights,
      int rows,
      Held held) {
    this.device = device;
    this.spec = spec;
    this.grams = grams;
    this.rows = rows;
    this.columns = grams.groups() * grams.size();
    this.stride = Math.ceilDiv(rows, ROWS) * ROWS;
    this.weights = weights;
    this.changes = Uploads.zeros(device, (long) stride * columns * Float.BYTES, held);
    long params = (long) rows * grams.groups() * Float.BYTES;
    this.limits = new Copied(device, params, held);
    this.errors = new Copied(device, params, held);
    this.report =
        new Copied(
            Uploads.zeros(device, Tile.REPORT_HEAD, held), held.add(device.pin(Tile.REPORT_HEAD)));
  }

  /**
   * What is to be queued for one limit, in order.
   *
   * @param factor the limit as a share of each group's largest magnitude
   */
  List<Launch> launches(float factor) {
    List<Launch> launches = new ArrayList<>();
    launches.add(changing(factor));
    int few = few(rows);
    int many = rows - few;
    if (many > 0) {
      GpuKernel kernel = device.kernel("clip", "clip_errors");
      Launch launch = Launch.of(kernel, Math.ceilDiv(many, ROWS), ROW_THREADS).rows(grams.groups());
      launches.add(measuring(launch, 0, many));
    }
    if (few > 0) {
      GpuKernel kernel = device.kernel("clip", "clip_errors_few");
      long lanes = (long) few * grams.groups() * WARP;
      launches.add(measuring(Launch.ofThreads(kernel, lanes, THREADS), many, few));
    }
    return launches;
  }

  private Launch changing(float factor) {
    GpuKernel kernel = device.kernel("clip", GroupSizes.kernel("clip_changes", grams.size()));
    return Launch.ofThreads(kernel, (long) rows * grams.groups() * GroupSizes.LANES, THREADS)
        .with(
            weights,
            changes,
            limits.there(),
            report.there(),
            rows,
            columns,
            grams.size(),
            stride,
            factor)
        .with(GpuRtn.kind(spec), (float) spec.maxCode(), GpuRtn.middle(spec));
  }

  private Launch measuring(Launch launch, int first, int count) {
    return launch
        .with(changes, grams.memory(), errors.there(), first, count, grams.groups())
        .with(grams.size(), stride, grams.padded());
  }

  /** Rows at the end whose products the processor takes in lanes. */
  static int few(int rows) {
    int left = rows % AwqClipSearch.ROWS;
    return left <= Matmul.FEW_ROWS ? left : 0;
  }

  /** Queues the way back of what the launches leave. */
  void download(GpuStream stream) {
    limits.download(device, stream);
    errors.download(device, stream);
    report.download(device, stream);
  }

  /** Each group's limit, {@code rows × groups}, after {@link #download}. */
  MemorySegment limits() {
    return limits.here().segment();
  }

  /** Each group's error, {@code rows × groups}, after {@link #download}. */
  MemorySegment errors() {
    return errors.here().segment();
  }

  /** Whether some group's range was beyond float32 so far, after {@link #download}. */
  boolean isRefused() {
    return report.here().segment().get(ValueLayout.JAVA_INT, Tile.REFUSED) != 0;
  }
}

package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Room for some groups on the device and, pinned, on the host, with a stream of its own: what one
 * tile computes, another copies.
 *
 * <p>A report is four words, of which the first is the state after which no zero moves, the second
 * is not 0 if a group was refused; then what else a kernel tells.
 */
final class Tile {

  /** Bytes before what else a kernel tells. */
  static final int REPORT_HEAD = 16;

  private static final long SETTLED = 0;
  static final long REFUSED = 4;

  private final GpuDevice device;
  private final int size;

  /** Weights on their way as bf16, two bytes each; no room if they never travel so. */
  private final DeviceMemory halves;

  final GpuStream stream;
  final DeviceMemory weights;
  final DeviceMemory codes;
  final DeviceMemory scales;
  final DeviceMemory zeros;
  final DeviceMemory report;
  final DeviceMemory errors;

  final HostMemory hostWeights;
  final HostMemory hostCodes;
  final HostMemory hostScales;
  final HostMemory hostZeros;
  final HostMemory hostReport;
  final HostMemory hostErrors;

  /** Number of the first group that is under way. */
  long first;

  /** Groups that are under way; 0 if the tile rests. */
  int groups;

  /** Whether {@link #hostWeights} holds bf16 numbers, not floats. */
  boolean narrow;

  /**
   * @param pins gives the host's memory, and the device
   * @param most groups at a time
   * @param size weights of a group
   * @param errors sums of errors that come back, in double
   * @param narrowing whether weights may travel as bf16
   * @param held gives everything back, when nothing is under way
   * @throws halfstep.cuda.device.OutOfDeviceMemoryException if there is no room
   */
  Tile(PinnedPool pins, int most, int size, int errors, boolean narrowing, Held held) {
    this.device = pins.device();
    this.size = size;
    long elements = (long) most * size;
    long errorBytes = Math.max(1, errors) * (long) Double.BYTES;
    stream = held.add(device.stream());
    weights = held.add(device.allocate(elements * Float.BYTES));
    halves = held.add(device.allocate(narrowing ? elements * Short.BYTES : 0));
    codes = held.add(device.allocate(elements));
    scales = held.add(device.allocate((long) most * Float.BYTES));
    zeros = held.add(device.allocate((long) most * Float.BYTES));
    report = held.add(device.allocate(REPORT_HEAD));
    this.errors = held.add(device.allocate(errorBytes));
    hostWeights = pins.take(elements * Float.BYTES, held);
    hostCodes = pins.take(elements, held);
    hostScales = pins.take((long) most * Float.BYTES, held);
    hostZeros = pins.take((long) most * Float.BYTES, held);
    hostReport = pins.take(REPORT_HEAD, held);
    hostErrors = pins.take(errorBytes, held);
  }

  /** Queues the weights' way to the device, and an empty report and errors. */
  void upload() {
    int count = groups * size;
    if (narrow) {
      device.upload(hostWeights, halves, (long) count * Short.BYTES, stream);
      Narrowing.widen(device, halves, weights, count, stream);
    } else {
      device.upload(hostWeights, weights, (long) count * Float.BYTES, stream);
    }
    device.clear(report, REPORT_HEAD, stream);
    device.clear(errors, errors.bytes(), stream);
  }

  /** Queues the way back of what a kernel made. */
  void download() {
    long params = (long) groups * Float.BYTES;
    device.download(codes, hostCodes, (long) groups * size, stream);
    device.download(scales, hostScales, params, stream);
    device.download(zeros, hostZeros, params, stream);
    device.download(report, hostReport, REPORT_HEAD, stream);
    device.download(errors, hostErrors, errors.bytes(), stream);
  }

  /** The first state after which no zero of this tile moves. */
  int settled() {
    return word(SETTLED);
  }

  /** Whether some group's range is beyond float32. */
  boolean isRefused() {
    return word(REFUSED) != 0;
  }

  private int word(long at) {
    return hostReport.segment().get(ValueLayout.JAVA_INT, at);
  }

  static float[] floats(HostMemory memory, int count) {
    float[] values = new float[count];
    MemorySegment.copy(memory.segment(), ValueLayout.JAVA_FLOAT, 0, values, 0, count);
    return values;
  }

  /** Sums of errors, from the first. */
  double[] errors(int count) {
    double[] values = new double[count];
    MemorySegment.copy(hostErrors.segment(), ValueLayout.JAVA_DOUBLE, 0, values, 0, count);
    return values;
  }
}

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

  /**
   * @param most groups at a time
   * @param size weights of a group
   * @param errors sums of errors that come back, in double
   * @param held gives everything back
   * @throws halfstep.cuda.device.OutOfDeviceMemoryException if there is no room
   */
  Tile(GpuDevice device, int most, int size, int errors, Held held) {
    this.device = device;
    this.size = size;
    long elements = (long) most * size;
    long errorBytes = Math.max(1, errors) * (long) Double.BYTES;
    stream = held.add(device.stream());
    weights = held.add(device.allocate(elements * Float.BYTES));
    codes = held.add(device.allocate(elements));
    scales = held.add(device.allocate((long) most * Float.BYTES));
    zeros = held.add(device.allocate((long) most * Float.BYTES));
    report = held.add(device.allocate(REPORT_HEAD));
    this.errors = held.add(device.allocate(errorBytes));
    hostWeights = held.add(device.pin(elements * Float.BYTES));
    hostCodes = held.add(device.pin(elements));
    hostScales = held.add(device.pin((long) most * Float.BYTES));
    hostZeros = held.add(device.pin((long) most * Float.BYTES));
    hostReport = held.add(device.pin(REPORT_HEAD));
    hostErrors = held.add(device.pin(errorBytes));
  }

  /** Queues the weights' way to the device, and an empty report and errors. */
  void upload() {
    device.upload(hostWeights, weights, (long) groups * size * Float.BYTES, stream);
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

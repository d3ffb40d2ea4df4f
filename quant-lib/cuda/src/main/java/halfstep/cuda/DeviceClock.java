package halfstep.cuda;

import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuEvent;
import halfstep.cuda.device.GpuStream;

/** Times work on a device by its own marks. */
final class DeviceClock {

  /** Work that is queued, not waited for. */
  interface Work {
    void queue(GpuStream stream);
  }

  private final GpuDevice device;
  private final int repeats;

  /**
   * @param repeats runs that are timed; one before them compiles and warms up
   */
  DeviceClock(GpuDevice device, int repeats) {
    this.device = device;
    this.repeats = repeats;
  }

  /**
   * Runs work again and again.
   *
   * @param bytes that one run reads and writes at least
   */
  CheckRow row(String name, String shape, long bytes, Work work) {
    float[] millis = new float[repeats];
    try (GpuStream stream = device.stream()) {
      work.queue(stream);
      for (int i = 0; i < repeats; i++) {
        try (GpuEvent before = device.mark(stream)) {
          work.queue(stream);
          try (GpuEvent after = device.mark(stream)) {
            millis[i] = device.millis(before, after);
          }
        }
      }
    }
    return new CheckRow(name, shape, millis, bytes);
  }
}

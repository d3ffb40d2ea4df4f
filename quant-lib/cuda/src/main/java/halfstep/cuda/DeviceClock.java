package halfstep.cuda;

import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuEvent;
import halfstep.cuda.device.GpuStream;

/** Times work on a device by its own marks. */
final class DeviceClock {

  /** So that the marks themselves, some microseconds, do not count. */
  private static final float LEAST_MILLIS = 0.5f;

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
   * Runs work again and again; short work several times between two marks.
   *
   * @param bytes that one run reads and writes at least
   */
  CheckRow row(String name, String shape, long bytes, Work work) {
    float[] millis = new float[repeats];
    try (GpuStream stream = device.stream()) {
      once(work, 1, stream);
      float alone = once(work, 1, stream);
      int times = (int) Math.clamp(Math.ceil(LEAST_MILLIS / alone), 1, 100);
      for (int i = 0; i < repeats; i++) {
        millis[i] = once(work, times, stream) / times;
      }
    }
    return new CheckRow(name, shape, millis, bytes);
  }

  private float once(Work work, int times, GpuStream stream) {
    try (GpuEvent before = device.mark(stream)) {
      for (int i = 0; i < times; i++) {
        work.queue(stream);
      }
      try (GpuEvent after = device.mark(stream)) {
        return device.millis(before, after);
      }
    }
  }
}

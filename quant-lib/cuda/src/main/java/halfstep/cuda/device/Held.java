package halfstep.cuda.device;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was taken of a device, given back together, the last first. For one thread. */
public final class Held implements AutoCloseable {

  /** Something to give back, without a checked exception. */
  private final Deque<Runnable> closers = new ArrayDeque<>();

  /** Device memory that is freed with the rest. */
  public DeviceMemory add(DeviceMemory memory) {
    closers.push(memory::close);
    return memory;
  }

  /** Host memory that is freed with the rest. */
  public HostMemory add(HostMemory memory) {
    closers.push(memory::close);
    return memory;
  }

  /** A stream that is closed with the rest. */
  public GpuStream add(GpuStream stream) {
    closers.push(stream::close);
    return stream;
  }

  /** An event that is closed with the rest. */
  public GpuEvent add(GpuEvent event) {
    closers.push(event::close);
    return event;
  }

  /** What else is to be done with the rest. */
  public void atTheEnd(Runnable closer) {
    closers.push(closer);
  }

  @Override
  public void close() {
    while (!closers.isEmpty()) {
      closers.pop().run();
    }
  }
}

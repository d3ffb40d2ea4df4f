package halfstep.backend;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Some work and the device it goes to. Kernels of the device that must leave a matrix to the
 * processor say so here, so that nobody takes the processor's time for the device's.
 */
public final class DeviceWork {

  private static final ScopedValue<DeviceWork> CURRENT = ScopedValue.newInstance();

  private final Optional<Backend> device;
  private final Set<String> remarks = new LinkedHashSet<>();
  private volatile boolean computedThere;

  DeviceWork(Optional<Backend> device) {
    this.device = device;
  }

  /** Work on a device that is open already. */
  public static DeviceWork on(Backend device) {
    return new DeviceWork(Optional.of(device));
  }

  static Optional<DeviceWork> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** The device; empty if the processor computes. */
  public Optional<Backend> device() {
    return device;
  }

  /**
   * Does the work on the calling thread. If then nothing of it went to the device, and no other
   * remark says why, one says so.
   *
   * @return what it gives
   */
  public <R> R call(Supplier<R> work) {
    R result = ScopedValue.where(CURRENT, this).call(work::get);
    if (device.isPresent() && !computedThere && remarks().isEmpty()) {
      say(
          "--device %s: the processor computed, since nothing here was large enough to be worth the way there, or of a kind that runs there."
              .formatted(device.get().name()));
    }
    return result;
  }

  /** What was said so far, each sentence once, in order. */
  public List<String> remarks() {
    synchronized (remarks) {
      return List.copyOf(remarks);
    }
  }

  /** The device did some of the work. */
  void computedThere() {
    computedThere = true;
  }

  void say(String remark) {
    synchronized (remarks) {
      remarks.add(remark);
    }
  }
}

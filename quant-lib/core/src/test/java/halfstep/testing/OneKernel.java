package halfstep.testing;

import halfstep.backend.Backend;
import halfstep.backend.DeviceWork;
import java.util.Optional;

/**
 * A device that knows one thing.
 *
 * @param type the kernel's interface
 * @param kernel what work is given that asks for it
 */
public record OneKernel<T>(Class<T> type, T kernel) implements Backend {

  /** Work on such a device. */
  public static <T> DeviceWork work(Class<T> type, T kernel) {
    return DeviceWork.on(new OneKernel<>(type, kernel));
  }

  @Override
  public String name() {
    return "one kernel";
  }

  @Override
  public String detail() {
    return "for tests: " + type.getSimpleName();
  }

  @Override
  public <K> Optional<K> kernel(Class<K> asked) {
    return asked == type ? Optional.of(asked.cast(kernel)) : Optional.empty();
  }
}

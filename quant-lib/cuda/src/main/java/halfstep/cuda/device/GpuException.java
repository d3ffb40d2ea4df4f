package halfstep.cuda.device;

import java.util.Set;

/** What the driver refused, by the driver's own name and number of the error. */
public class GpuException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * After these a context is of no more use: uncorrectable memory, an illegal address, instruction
   * or launch, a device that fell off the bus.
   */
  private static final Set<Integer> LOST =
      Set.of(46, 214, 220, 700, 702, 714, 715, 716, 717, 718, 719);

  private final int code;

  /**
   * @param doing what was tried: "copying 4 MiB to the device"
   * @param code the driver's number
   * @param name the driver's name for it
   */
  public GpuException(String doing, int code, String name) {
    super("%s failed: %s (%d)".formatted(doing, name, code));
    this.code = code;
  }

  /** The driver's number of the error. */
  public int code() {
    return code;
  }

  /** Whether the device can do nothing more for this process. */
  public boolean isDeviceLost() {
    return LOST.contains(code);
  }
}

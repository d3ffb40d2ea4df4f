package halfstep.cuda.device;

/** Memory of a device; closing it frees it and gives its bytes back to the budget. */
public interface DeviceMemory extends Launch.Argument, AutoCloseable {

  /** How much it is. */
  long bytes();

  @Override
  void close();
}

package halfstep.cuda.device;

/** A device, or the budget for it, has not as much memory left as was asked for. */
public final class OutOfDeviceMemoryException extends GpuException {

  private static final long serialVersionUID = 1L;

  /** The driver's number of it. */
  public static final int CODE = 2;

  /**
   * @param bytes what was asked for
   * @param free what was left
   */
  public OutOfDeviceMemoryException(long bytes, long free) {
    super(
        "taking %,d bytes of device memory, with %,d left,".formatted(bytes, free),
        CODE,
        "CUDA_ERROR_OUT_OF_MEMORY");
  }
}

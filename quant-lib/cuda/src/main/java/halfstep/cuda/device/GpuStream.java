package halfstep.cuda.device;

/** A queue of copies and kernels that a device works off in order. Close it when it is empty. */
public interface GpuStream extends AutoCloseable {

  @Override
  void close();
}

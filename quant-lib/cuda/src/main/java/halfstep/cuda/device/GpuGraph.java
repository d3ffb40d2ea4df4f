package halfstep.cuda.device;

/**
 * Kernels and their arguments, known to the driver as one piece of work. Close it when it is done.
 */
public interface GpuGraph extends AutoCloseable {

  @Override
  void close();
}

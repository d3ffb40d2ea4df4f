package halfstep.cuda.device;

/** A moment in a stream. */
public interface GpuEvent extends AutoCloseable {

  @Override
  void close();
}

package halfstep.cuda.device;

import java.lang.foreign.MemorySegment;

/** Memory of the host that a device copies from and to by itself; closing it frees it. */
public interface HostMemory extends AutoCloseable {

  /**
   * The memory; not to be touched after it was closed, nor while a queued copy may be under way.
   */
  MemorySegment segment();

  @Override
  void close();
}

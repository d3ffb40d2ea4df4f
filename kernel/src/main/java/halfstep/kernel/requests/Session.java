package halfstep.kernel.requests;

import halfstep.kernel.history.SessionHistory;
import halfstep.kernel.interrupt.CellThreads;
import halfstep.kernel.lineage.HalfstepKernel;
import halfstep.kernel.output.Publisher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What the handlers share.
 *
 * @param version of the implementation
 * @param publisher the way to iopub
 * @param threads run cells
 * @param starting the kernel, built while the first requests already come
 * @param history what was run
 */
public record Session(
    String version,
    Publisher publisher,
    CellThreads threads,
    CompletableFuture<HalfstepKernel> starting,
    SessionHistory history) {

  /**
   * The kernel, after waiting for it if need be.
   *
   * @throws IllegalStateException if it could not be built
   */
  HalfstepKernel kernel() {
    try {
      return starting.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the kernel did not start: " + e.getCause(), e.getCause());
    }
  }
}

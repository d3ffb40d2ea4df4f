package halfstep.job;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Many processes that solve a job's layers; what comes back is bit for bit what this one finds. */
public interface Cluster extends AutoCloseable {

  /**
   * Solves what is left of a job.
   *
   * @param layers all layers of the job, in order
   * @param done those that are not handed on again
   * @param sink takes each as it is done, on the calling thread
   * @throws JobException if the cluster gives up, with the reason
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  void solve(QuantizeJob job, List<String> layers, Set<String> done, Consumer<QuantizedLayer> sink);

  @Override
  void close();
}

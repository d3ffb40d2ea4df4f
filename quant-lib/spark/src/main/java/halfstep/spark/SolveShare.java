package halfstep.spark;

import halfstep.tensor.InterruptedWork;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * The task: solves a share's layers and leaves them in the shared folder. Done twice, or by two
 * executors at once, it leaves the same files.
 */
final class SolveShare implements Function<Integer, String> {

  private static final long serialVersionUID = 1L;

  private final String shared;
  private final ArrayList<String> layers;

  SolveShare(String shared, List<String> layers) {
    this.shared = shared;
    this.layers = new ArrayList<>(layers);
  }

  /**
   * Runs on an executor.
   *
   * @param block see {@link Share#block}
   * @return empty, or why no executor could do it: tried again, it would end the same
   */
  @Override
  public String call(Integer block) {
    SharedJob job = new SharedJob(new SharedFolder(shared, settings()));
    try {
      solve(job, block);
      return "";
    } catch (UncheckedIOException | InterruptedWork e) {
      throw e; // a matter of this machine or this moment: Spark tries again elsewhere
    } catch (RuntimeException e) {
      if (e.getClass().getName().startsWith("halfstep.")) {
        return String.valueOf(e.getMessage());
      }
      throw e;
    }
  }

  private void solve(SharedJob job, int block) {
    List<String> left = layers.stream().filter(layer -> !job.has(layer)).toList();
    if (left.isEmpty()) {
      return;
    }
    if (block == Share.NONE) {
      job.quantizer(left).run(job::write);
    } else {
      job.quantizer(layers).run(job.entrance(block), job::write); // all: they decide together
    }
  }

  /** Hadoop's, with what the driver was told of it. */
  private static Configuration settings() {
    return SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
  }
}

package halfstep.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.QuantizedMatrix;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Where a job puts its layers as they are done. What was put there survives the process: a later
 * store over the same folder goes on with what it finds intact.
 */
public interface LayerStore extends AutoCloseable {

  /** What the layers of a job become. */
  interface Target {

    /**
     * Adds to a job's plan what makes this target another than others: a job that stopped is gone
     * on with only under the same plan.
     */
    void plan(ObjectNode plan);

    /**
     * Opens a store.
     *
     * @param folder exists, and may hold what an earlier store put there
     * @param kept whether to go on with that, and to leave what is put there to a later store
     */
    LayerStore open(Path folder, boolean kept);
  }

  /**
   * A layer in the store.
   *
   * @param checksums CRC-32C of each of its tensors
   * @param deviation of the weights that were read back, over the layer's largest; empty where the
   *     store keeps all as it is
   */
  record Stored(Map<String, Long> checksums, OptionalDouble deviation) {

    /** Takes a copy. */
    public Stored {
      checksums = Map.copyOf(checksums);
    }
  }

  /** What a layer takes in the store. */
  long bytes(String layer);

  /** Writes a layer, once. */
  Stored write(String layer, QuantizedMatrix quantized);

  /** Whether all tensors of a layer lie here as they were written; if so they count as written. */
  boolean accept(String layer, Stored stored);

  /**
   * Completes the folder.
   *
   * @param manifest of the job, to be written as it is or as a part
   * @param report what the manifest says
   */
  void finish(ObjectNode manifest, JobReport report);

  @Override
  void close();
}

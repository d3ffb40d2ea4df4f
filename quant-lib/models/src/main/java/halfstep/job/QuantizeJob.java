package halfstep.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Quantizes a checkpoint into a folder of {@code quantized.safetensors}, {@code manifest.json} and,
 * if asked for, {@code trace.jsonl}. The folder appears when it is complete.
 *
 * @param input a model folder, or a {@code .safetensors} file
 * @param out the folder to fill; must not exist, or be empty
 * @param specs into what, layer by layer
 * @param method how
 * @param filter which layers
 * @param calibration what calibrated methods look at, or null; data-free methods only measure the
 *     error of the layers' outputs with it
 * @param trace whether to write every step of the optimisers
 * @param cluster who solves the layers, or null: this process
 */
public record QuantizeJob(
    Path input,
    Path out,
    LayerSpecs specs,
    QuantMethod method,
    LayerFilter filter,
    @Nullable Calibration calibration,
    boolean trace,
    @Nullable Cluster cluster) {

  /** Hears how far a job is, on the thread that runs it. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param fraction of the weights done, 0 to 1
     * @param layer the layer just done; empty at the start
     */
    void progress(double fraction, String layer);
  }

  /** A job that this process does. */
  public QuantizeJob(
      Path input,
      Path out,
      LayerSpecs specs,
      QuantMethod method,
      LayerFilter filter,
      @Nullable Calibration calibration,
      boolean trace) {
    this(input, out, specs, method, filter, calibration, trace, null);
  }

  /** All layers, without calibration and trace. */
  public static QuantizeJob of(Path input, Path out, QuantSpec spec, QuantMethod method) {
    return new QuantizeJob(input, out, LayerSpecs.of(spec), method, LayerFilter.ALL, null, false);
  }

  /** The same job with calibration data. */
  public QuantizeJob with(Calibration data) {
    return new QuantizeJob(input, out, specs, method, filter, data, trace, cluster);
  }

  /** The same job on other layers. */
  public QuantizeJob with(LayerFilter other) {
    return new QuantizeJob(input, out, specs, method, other, calibration, trace, cluster);
  }

  /** The same job with some layers otherwise. */
  public QuantizeJob with(List<LayerRule> rules) {
    return new QuantizeJob(
        input,
        out,
        new LayerSpecs(specs.usual(), rules),
        method,
        filter,
        calibration,
        trace,
        cluster);
  }

  /** The same job with its steps written. */
  public QuantizeJob traced() {
    return new QuantizeJob(input, out, specs, method, filter, calibration, true, cluster);
  }

  /**
   * Refuses a bound that the largest layers do not fit in at once. Methods that look at activations
   * hold those too, and are not refused here.
   *
   * @param bytes for the whole process: weights, heap and Java itself
   * @throws JobException telling how much it takes
   */
  public void requireMemory(long bytes) {
    requireMemory(bytes, 0);
  }

  /**
   * The same.
   *
   * @param beside bytes a weight that finishing a layer takes beside its codes
   */
  public void requireMemory(long bytes, double beside) {
    if (method instanceof QuantMethod.DataFree && calibration == null && cluster == null) {
      LayerSource source = LayerSource.open(input);
      JobMemory.require(bytes, source, filter.select(source.layers()), specs, beside);
    }
  }

  /** The same job into another folder. */
  public QuantizeJob into(Path other) {
    return new QuantizeJob(input, other, specs, method, filter, calibration, trace, cluster);
  }

  /** The same job, its layers solved elsewhere; this process checks, collects and writes. */
  public QuantizeJob on(Cluster elsewhere) {
    return new QuantizeJob(input, out, specs, method, filter, calibration, trace, elsewhere);
  }

  /** Does the work and tells nobody how far it is. */
  public JobReport run() {
    return run((fraction, layer) -> {});
  }

  /**
   * Does the work. A job that fails or is interrupted leaves nothing behind.
   *
   * @throws JobException if it cannot be done as asked
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public JobReport run(Listener listener) {
    return run(Unfinished.REMOVED, listener);
  }

  /**
   * Does the work.
   *
   * @param unfinished what becomes of it if it stops on its way, and of what stopped before
   * @throws JobException if it cannot be done as asked, or an earlier job is not to be gone on with
   * @throws StoppedJob if something stopped it on its way, and what is done was kept
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public JobReport run(Unfinished unfinished, Listener listener) {
    return new JobRun(this, null, unfinished, listener).run();
  }

  /**
   * What this job did, by what a complete folder says of it.
   *
   * @param finished the manifest of the job that filled the folder
   * @param shown how that manifest shows what this job's would say
   * @throws JobException if it was another job, with the difference
   */
  public JobReport complete(ObjectNode finished, UnaryOperator<ObjectNode> shown) {
    return new JobRun(this, null, Unfinished.RESUMED, (fraction, layer) -> {})
        .complete(finished, shown);
  }

  /**
   * Does the work into files of another kind.
   *
   * @param target what the layers become
   * @throws JobException as {@link #run(Unfinished, Listener)}
   */
  public JobReport run(LayerStore.Target target, Unfinished unfinished, Listener listener) {
    return new JobRun(this, target, unfinished, listener).run();
  }
}

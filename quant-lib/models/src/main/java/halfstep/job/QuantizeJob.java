package halfstep.job;

import halfstep.metric.LayerError;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 */
public record QuantizeJob(
    Path input,
    Path out,
    LayerSpecs specs,
    QuantMethod method,
    LayerFilter filter,
    @Nullable Calibration calibration,
    boolean trace) {

  /** Hears how far a job is, on the thread that runs it. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param fraction of the weights done, 0 to 1
     * @param layer the layer just done; empty at the start
     */
    void progress(double fraction, String layer);
  }

  /** All layers, without calibration and trace. */
  public static QuantizeJob of(Path input, Path out, QuantSpec spec, QuantMethod method) {
    return new QuantizeJob(input, out, LayerSpecs.of(spec), method, LayerFilter.ALL, null, false);
  }

  /** The same job with calibration data. */
  public QuantizeJob with(Calibration data) {
    return new QuantizeJob(input, out, specs, method, filter, data, trace);
  }

  /** The same job on other layers. */
  public QuantizeJob with(LayerFilter other) {
    return new QuantizeJob(input, out, specs, method, other, calibration, trace);
  }

  /** The same job with some layers otherwise. */
  public QuantizeJob with(List<LayerRule> rules) {
    return new QuantizeJob(
        input, out, new LayerSpecs(specs.usual(), rules), method, filter, calibration, trace);
  }

  /** The same job with its steps written. */
  public QuantizeJob traced() {
    return new QuantizeJob(input, out, specs, method, filter, calibration, true);
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
    long start = System.nanoTime();
    LayerSource source = LayerSource.open(input);
    List<String> layers = filter.select(source.layers());
    specs.requireUsed(layers);
    LayerQuantizer quantizer =
        new LayerQuantizer(source, layers, specs, method, calibration, trace);
    try (OutputFolder folder = OutputFolder.create(out)) {
      Manifest manifest = new Manifest(this, source);
      List<String> remarks = new ArrayList<>();
      List<LayerError> errors = write(folder, source, layers, quantizer, remarks, listener);
      double seconds = (System.nanoTime() - start) / 1e9;
      JobReport report = JobReport.of(out, errors, remarks, seconds);
      manifest.write(folder.resolve("manifest.json"), report);
      folder.finish();
      return report;
    }
  }

  private List<LayerError> write(
      OutputFolder folder,
      LayerSource source,
      List<String> layers,
      LayerQuantizer quantizer,
      List<String> remarks,
      Listener listener) {
    List<LayerError> errors = new ArrayList<>();
    Progress progress = new Progress(source, layers, listener);
    Path file = folder.resolve("quantized.safetensors");
    try (RawWriter writer = new RawWriter(file, source, layers, specs, method);
        TraceWriter steps = trace ? new TraceWriter(folder.resolve("trace.jsonl")) : null) {
      quantizer.run(done -> {
        writer.write(done.layer(), done.quantized());
        if (steps != null) {
          done.trace().forEach(steps::write);
        }
        errors.add(done.error());
        remarks.addAll(done.remarks());
        progress.done(done.layer());
      });
      writer.finish();
    }
    return errors;
  }

  /** Counts weights, not layers: layers differ in size. */
  private static final class Progress {
    private final LayerSource source;
    private final Listener listener;
    private final double total;
    private double done;

    Progress(LayerSource source, List<String> layers, Listener listener) {
      this.source = source;
      this.listener = listener;
      this.total = layers.stream().mapToDouble(layer -> source.shape(layer).size()).sum();
      listener.progress(0, "");
    }

    void done(String layer) {
      done += source.shape(layer).size();
      listener.progress(done / total, layer);
    }
  }
}

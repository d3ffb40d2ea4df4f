package halfstep.export;

import halfstep.engines.PlannedLayer;
import halfstep.engines.Preflight;
import halfstep.job.JobReport;
import halfstep.job.LayerSource;
import halfstep.job.QuantizeJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Quantizes and exports in one go. What the format or the engine cannot take is refused before the
 * first weight is read; the run lies beside {@code out} under a hidden name until the export is
 * complete.
 *
 * @param job what to quantize; its {@code out} is where the export goes
 * @param format as what to export
 * @param settings of the export
 * @param engine where it must run, if anywhere
 * @param tp devices of that engine
 */
public record ExportedJob(
    QuantizeJob job,
    ExportFormat format,
    Export.Settings settings,
    Optional<String> engine,
    int tp) {

  /** What came of both. */
  public record Done(JobReport quantized, ExportReport exported) {}

  /**
   * Refuses what will not fit.
   *
   * @throws ExportException with the reason and the nearest setting that works
   */
  public void check() {
    if (!Files.isDirectory(job.input())) {
      throw new ExportException(
          "%s is a bare file of weights, and a %s checkpoint needs a model's config.json; give the model's folder"
              .formatted(job.input(), format));
    }
    LayerSource source = LayerSource.open(job.input());
    List<String> layers = job.filter().select(source.layers());
    PlannedModel plan = new PlannedModel(job.input(), layers, job.specs(), settings.integerZeros());
    CheckpointWriter.of(format, plan, settings).requirePossible();
    if (engine.isPresent()) {
      List<PlannedLayer> planned =
          layers.stream()
              .map(layer -> new PlannedLayer(layer, plan.spec(layer), plan.shape(layer), false))
              .toList();
      Preflight result = Preflight.check(engine.get(), format.word(), tp, planned);
      if (!result.passes()) {
        throw new ExportException(result.toString());
      }
    }
  }

  /**
   * Does the work, after {@link #check}.
   *
   * @param listener hears of quantizing, which takes nearly all the time
   */
  public Done run(QuantizeJob.Listener listener) {
    check();
    Path absolute = job.out().toAbsolutePath().normalize();
    String suffix = "%d-%x".formatted(ProcessHandle.current().pid(), System.nanoTime());
    Path kept = absolute.resolveSibling(".%s.run-%s".formatted(absolute.getFileName(), suffix));
    try {
      QuantizeJob hidden =
          new QuantizeJob(
              job.input(),
              kept,
              job.specs(),
              job.method(),
              job.filter(),
              job.calibration(),
              job.trace());
      JobReport quantized = hidden.run(listener);
      ExportReport exported = new Export(kept, job.out(), format, settings).run();
      return new Done(quantized, exported);
    } finally {
      remove(kept);
    }
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be removed", e);
    }
  }
}

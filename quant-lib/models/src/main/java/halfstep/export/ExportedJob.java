package halfstep.export;

import halfstep.engines.PlannedLayer;
import halfstep.engines.Preflight;
import halfstep.job.JobReport;
import halfstep.job.LayerSource;
import halfstep.job.OutputFolder;
import halfstep.job.QuantizeJob;
import halfstep.job.Unfinished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Quantizes and exports in one go. What the format or the engine cannot take is refused before the
 * first weight is read. Layers go straight into the checkpoint where its format can take them one
 * by one; otherwise the run lies beside {@code out} under a hidden name until the export is
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

  /** Bytes a weight: packed, at most a byte, and unpacked again. */
  private static final double PACKED = 2;

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
    PlannedModel plan = plan();
    List<String> layers = plan.layers();
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

  private PlannedModel plan() {
    LayerSource source = LayerSource.open(job.input());
    List<String> layers = job.filter().select(source.layers());
    return new PlannedModel(job.input(), layers, job.specs(), settings.integerZeros());
  }

  /**
   * Refuses a bound that the largest layers do not fit in; as the job's own, with what packing and
   * reading back take.
   */
  public void requireMemory(long bytes) {
    job.requireMemory(bytes, PACKED);
  }

  /**
   * Does the work, after {@link #check}; what fails leaves nothing.
   *
   * @param listener hears of quantizing, which takes nearly all the time
   */
  public Done run(QuantizeJob.Listener listener) {
    return run(Unfinished.REMOVED, listener);
  }

  /**
   * Does the work, after {@link #check}.
   *
   * @param unfinished what becomes of the quantized layers if it stops on its way; where the format
   *     needs all of them first, an export that stopped is done anew from them
   * @param listener hears of quantizing, which takes nearly all the time
   */
  public Done run(Unfinished unfinished, QuantizeJob.Listener listener) {
    check();
    if (unfinished == Unfinished.RESUMED) {
      Optional<Done> complete = CompleteExport.of(this);
      if (complete.isPresent()) {
        OutputFolder.remove(
            run(job.out(), "run")); // what it was made of, if it was killed just then
        return complete.get();
      }
    }
    OutputFolder.requireFree(job.out());
    boolean kept = unfinished != Unfinished.REMOVED;
    Path run = run(job.out(), kept ? "run" : "run-" + OutputFolder.ofProcess());
    if (unfinished == Unfinished.KEPT && Files.exists(run.resolve(RawRun.MANIFEST))) {
      throw new ExportException(
          "an earlier job for %s stopped before its layers were exported; go on with --resume, or remove %s to begin anew"
              .formatted(job.out(), run));
    }
    boolean begunRaw = kept && (Files.exists(run) || Files.exists(OutputFolder.kept(run)));
    Optional<PackedTarget> target = PackedTarget.of(job, plan(), format, settings);
    if (target.isPresent() && !begunRaw) {
      JobReport quantized = job.run(target.get(), unfinished, listener);
      return new Done(quantized, target.get().report());
    }
    return throughRun(run, kept, unfinished, listener);
  }

  private static Path run(Path out, String ending) {
    Path absolute = out.toAbsolutePath().normalize();
    return absolute.resolveSibling(".%s.%s".formatted(absolute.getFileName(), ending));
  }

  private Done throughRun(
      Path run, boolean kept, Unfinished unfinished, QuantizeJob.Listener listener) {
    boolean complete = false;
    try {
      JobReport quantized = job.into(run).run(unfinished, listener);
      ExportReport exported =
          new Export(run, job.out(), format, settings)
              .run((fraction, layer) -> {}, folder -> copyTrace(run, folder));
      complete = true;
      return new Done(quantized, exported);
    } finally {
      if (complete || !kept) {
        OutputFolder.remove(run);
      }
    }
  }

  private void copyTrace(Path run, Path folder) {
    if (!job.trace()) {
      return;
    }
    try {
      Files.copy(run.resolve(RawRun.TRACE), folder.resolve(RawRun.TRACE));
    } catch (IOException e) {
      throw new UncheckedIOException("the trace cannot be copied to " + folder, e);
    }
  }
}

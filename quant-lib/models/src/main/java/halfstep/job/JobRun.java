package halfstep.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.job.QuantizeJob.Listener;
import halfstep.metric.LayerError;
import halfstep.tensor.InterruptedWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job. A layer's tensors go to their places in the file of all layers, then a line
 * with their checksums to the work log; only what the log and the checksums agree on counts as
 * done. Trace and manifest are written from the log at the end, and the folder gets its name.
 */
final class JobRun {

  static final String FILE = "quantized.safetensors";
  static final String MANIFEST = "manifest.json";
  static final String TRACE = "trace.jsonl";

  private final QuantizeJob job;
  private final LayerStore.@Nullable Target target;
  private final Unfinished unfinished;
  private final Listener listener;
  private final long start = System.nanoTime();
  private final LayerSource source;
  private final List<String> layers;
  private final LayerQuantizer quantizer;
  private final Map<String, FinishedLayer> done = new ConcurrentHashMap<>();
  private boolean claimed;

  /**
   * @param target what the layers become, or null: raw
   */
  JobRun(
      QuantizeJob job,
      LayerStore.@Nullable Target target,
      Unfinished unfinished,
      Listener listener) {
    this.job = job;
    this.target = target;
    this.unfinished = unfinished;
    this.listener = listener;
    this.source = LayerSource.open(job.input());
    this.layers = job.filter().select(source.layers());
    job.specs().requireUsed(layers);
    this.quantizer =
        new LayerQuantizer(
                source, layers, job.specs(), job.method(), job.calibration(), job.trace())
            .keeping(JobMemory.captures(job.out()));
  }

  JobReport run() {
    if (target == null
        && unfinished == Unfinished.RESUMED
        && Files.exists(job.out().resolve(MANIFEST))) {
      return complete(Manifest.read(job.out().resolve(MANIFEST)), UnaryOperator.identity());
    }
    try (OutputFolder folder = folder();
        WorkLog log = WorkLog.open(folder.resolve(WorkLog.NAME))) {
      try {
        return run(folder, log);
      } catch (RuntimeException e) {
        throw stopped(e, folder, log);
      }
    }
  }

  private OutputFolder folder() {
    return unfinished == Unfinished.REMOVED
        ? OutputFolder.create(job.out())
        : OutputFolder.keeping(job.out());
  }

  /**
   * A job that was killed in its last moment, or is asked for once more.
   *
   * @param finished what the manifest of the finished folder says of its job
   * @param shown how it shows what this job's would say
   * @throws JobException if it was another job
   */
  JobReport complete(ObjectNode finished, UnaryOperator<ObjectNode> shown) {
    Manifest manifest = new Manifest(job, JobInputs.hashed(source));
    List<String> differences = manifest.differences(finished, shown);
    if (job.trace() && !Files.exists(job.out().resolve(TRACE))) {
      differences.add("trace was absent and is wanted");
    }
    if (!differences.isEmpty()) {
      throw new JobException(
          "output folder %s is complete, but of another job: %s; choose another folder or remove it"
              .formatted(job.out(), String.join("; ", differences)));
    }
    delete(job.out().resolve(WorkLog.NAME));
    return Manifest.report(job, source, layers, finished);
  }

  private JobReport run(OutputFolder folder, WorkLog log) {
    boolean fresh = log.entries().size() <= 1;
    try (JobInputs inputs =
        fresh && job.cluster() == null && quantizer.readsLayers()
            ? JobInputs.hashedBeside(source, layers)
            : JobInputs.hashed(source)) {
      return run(folder, log, inputs);
    }
  }

  private JobReport run(OutputFolder folder, WorkLog log, JobInputs inputs) {
    Manifest manifest = new Manifest(job, inputs);
    ObjectNode plan = manifest.plan().put("trace", job.trace());
    if (target != null) {
      target.plan(plan);
    }
    claim(folder, log, plan, inputs);
    JobReport report = write(folder, log, inputs, manifest);
    if (target != null) {
      delete(folder.resolve(WorkLog.NAME)); // what is complete must hold nothing of ours
    }
    folder.finish();
    delete(job.out().resolve(WorkLog.NAME));
    return report;
  }

  private JobReport report() {
    List<LayerError> errors = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    for (String layer : layers) {
      FinishedLayer finished = Objects.requireNonNull(done.get(layer));
      errors.add(finished.error());
      remarks.addAll(finished.remarks());
    }
    return JobReport.of(job.out(), errors, remarks, (System.nanoTime() - start) / 1e9);
  }

  /** Makes the log this job's own, and takes over what an earlier run of the same job did. */
  private void claim(OutputFolder folder, WorkLog log, ObjectNode plan, JobInputs inputs) {
    List<ObjectNode> entries = log.entries();
    if (entries.size() <= 1) {
      log.clear();
      log.append(plan);
      claimed = true;
      return;
    }
    if (unfinished != Unfinished.RESUMED) {
      throw new JobException(
          "an earlier job for %s stopped on its way; go on with --resume, or remove %s to begin anew"
              .formatted(job.out(), folder.resolve("")));
    }
    List<String> differences = inputs.differences(entries, plan);
    if (!differences.isEmpty()) {
      throw new JobException(
          "the job that is kept in %s is another one: %s; repeat it as it was, or remove the folder to begin anew"
              .formatted(folder.resolve(""), String.join("; ", differences)));
    }
    for (ObjectNode entry : entries.subList(1, entries.size())) {
      String layer = entry.path("layer").asText();
      done.put(layer, FinishedLayer.of(entry, source.shape(layer), job.method()));
    }
    claimed = true;
  }

  private JobReport write(OutputFolder folder, WorkLog log, JobInputs inputs, Manifest manifest) {
    try (LayerStore writer = store(folder.resolve(""), unfinished != Unfinished.REMOVED)) {
      done.values().removeIf(layer -> !writer.accept(layer.layer(), layer.stored()));
      requireRoom(folder, writer);
      Progress progress = new Progress(done.keySet());
      Function<QuantizedLayer, FinishedLayer> finish =
          layer -> finished(layer, log, writer, inputs);
      solve(inputs, finish, finished -> progress.done(finished.layer()));
      if (job.trace()) {
        trace(folder.resolve(TRACE));
      }
      inputs.complete();
      JobReport report = report();
      writer.finish(manifest.of(report), report);
      return report;
    }
  }

  private void solve(
      JobInputs inputs,
      Function<QuantizedLayer, FinishedLayer> finish,
      Consumer<FinishedLayer> sink) {
    Set<String> before = Set.copyOf(done.keySet());
    Cluster cluster = job.cluster();
    if (cluster == null) {
      quantizer.run(before, inputs::read, finish, sink);
    } else {
      cluster.solve(job, layers, before, layer -> sink.accept(finish.apply(layer)));
    }
  }

  private LayerStore store(Path folder, boolean kept) {
    return target == null
        ? new RawWriter(folder, source, layers, job.specs(), job.method(), kept)
        : target.open(folder, kept);
  }

  private FinishedLayer finished(
      QuantizedLayer layer, WorkLog log, LayerStore writer, JobInputs inputs) {
    inputs.requireUnchanged(layer.layer());
    LayerStore.Stored stored = writer.write(layer.layer(), layer.quantized());
    FinishedLayer finished = FinishedLayer.of(layer, stored);
    ObjectNode line = finished.json();
    inputs.log(layer.layer(), line);
    log.append(line);
    done.put(layer.layer(), finished);
    return finished;
  }

  private void requireRoom(OutputFolder folder, LayerStore writer) {
    long bytes =
        layers.stream().filter(layer -> !done.containsKey(layer)).mapToLong(writer::bytes).sum();
    try {
      long room = Files.getFileStore(folder.resolve("")).getUsableSpace();
      if (room < bytes) {
        throw new JobException(
            "the job writes %d MB to %s, where %d MB are free; make room or choose another disk"
                .formatted(bytes / 1_000_000, job.out(), room / 1_000_000));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder.resolve("") + " cannot be asked for its room", e);
    }
  }

  private void trace(Path file) {
    try (TraceWriter steps = new TraceWriter(file)) {
      for (String layer : layers) {
        Objects.requireNonNull(done.get(layer)).trace().forEach(steps::write);
      }
    }
  }

  /** What to throw for a job that stopped; what has no layer to go on with is not kept. */
  private RuntimeException stopped(RuntimeException cause, OutputFolder folder, WorkLog log) {
    boolean worthKeeping = log.entries().size() > 1;
    if (!worthKeeping) {
      folder.abandon();
    }
    boolean tells = worthKeeping && claimed && unfinished != Unfinished.REMOVED;
    return tells && !(cause instanceof InterruptedWork)
        ? new StoppedJob(cause, done.size(), layers.size(), folder.resolve(""))
        : cause;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be removed", e);
    }
  }

  /** Counts weights, not layers: layers differ in size. */
  private final class Progress {
    private final double total = layers.stream().mapToDouble(this::size).sum();
    private double weights;

    Progress(Set<String> before) {
      weights = before.stream().mapToDouble(this::size).sum();
      listener.progress(weights / total, "");
    }

    private double size(String layer) {
      return source.shape(layer).size();
    }

    void done(String layer) {
      weights += size(layer);
      listener.progress(weights / total, layer);
    }
  }
}

package halfstep.magics.cli;

import halfstep.backend.DeviceChoice;
import halfstep.backend.DeviceWork;
import halfstep.backend.Devices;
import halfstep.export.ExportedJob;
import halfstep.job.Calibration;
import halfstep.job.Cluster;
import halfstep.job.JobReport;
import halfstep.job.LayerFilter;
import halfstep.job.LayerRule;
import halfstep.job.LayerSpecs;
import halfstep.job.QuantizeJob;
import halfstep.job.Unfinished;
import halfstep.magics.command.ByteSize;
import halfstep.magics.command.DeviceOption;
import halfstep.magics.command.GridOptions;
import halfstep.magics.command.MethodOptions;
import halfstep.magics.command.MethodSettings;
import halfstep.magics.command.MethodWord;
import halfstep.metric.LayerError;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code halfstep quantize}: a checkpoint, layer by layer, into a folder. */
@Command(name = "quantize", description = "Quantizes a model folder or a .safetensors file.")
final class QuantizeCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "INPUT",
      description =
          "A model folder, owner/name of the hub, or a .safetensors file whose matrices are the"
              + " layers.")
  private Path input = Path.of("");

  @Option(
      names = "--method",
      required = true,
      converter = MethodWordConverter.class,
      completionCandidates = MethodWordConverter.Words.class,
      description = "How: ${COMPLETION-CANDIDATES}.")
  private MethodWord method = MethodWord.of("rtn");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to fill; it appears when it is complete.")
  private Path out = Path.of("");

  @Mixin private GridOptions grid = new GridOptions();

  @Mixin private MethodOptions parameters = new MethodOptions();

  @Option(
      names = "--override",
      paramLabel = "GLOB=bits:N,group:N",
      converter = OverrideConverter.class,
      description = "Other bits or groups for these layers; a later one wins. Repeatable.")
  private List<LayerRule> overrides = new ArrayList<>();

  @Mixin private CalibrationFiles calibration = new CalibrationFiles();

  @Option(names = "--include", paramLabel = "GLOB", description = "Only these layers. Repeatable.")
  private List<String> include = new ArrayList<>();

  @Option(names = "--exclude", paramLabel = "GLOB", description = "Not these. Repeatable.")
  private List<String> exclude = new ArrayList<>();

  @Mixin private ExportTarget target = new ExportTarget();

  @Mixin private DeviceOption device = new DeviceOption();

  @Mixin private ClusterOptions elsewhere = new ClusterOptions();

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      description =
          "Most memory of the whole process, such as 1500MiB; refused if the largest layers do not"
              + " fit in it.")
  private @Nullable String maxMemory;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Most cores that it counts on; all of them unless said. Results are the same.")
  private @Nullable Integer threads;

  @Option(
      names = "--resume",
      description =
          "Go on with what an earlier run of the same words left unfinished; begins anew if there"
              + " is nothing.")
  private boolean resume;

  @Option(names = "--trace", description = "Write every step of the optimisers to trace.jsonl.")
  private boolean trace;

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Result(
      String out,
      String format,
      int layers,
      double bitsPerWeight,
      List<String> remarks,
      double seconds) {}

  @Override
  public Integer call() {
    requireThreads();
    input = HubFiles.model(input, spec.commandLine().getErr());
    Calibration data = calibration.read(input);
    MethodSettings settings = parameters.settings();
    QuantMethod how = settings.method(method, none -> Optional.empty());
    if (how instanceof QuantMethod.Calibrated && data == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--method %s looks at activations; give it text with --calib FILE".formatted(method));
    }
    LayerSpecs specs = new LayerSpecs(quantSpec(settings, how), overrides);
    List<String> excluded = new ArrayList<>(exclude);
    excluded.addAll(target.excluded());
    LayerFilter filter = new LayerFilter(include, excluded);
    QuantizeJob job = new QuantizeJob(input, out, specs, how, filter, data, trace);
    requireMemory(job, exported(job));
    DeviceChoice choice = UsageErrors.of(spec, device::choice);
    elsewhere.check(choice);
    DeviceWork work = Devices.work(choice);
    try (Cluster cluster = elsewhere.open().orElse(null)) {
      run(cluster == null ? job : job.on(cluster), work);
    }
    calibration.tell(data);
    return 0;
  }

  private void run(QuantizeJob job, DeviceWork work) {
    List<String> remarks = new ArrayList<>();
    JobReport done = done(job, work, remarks);
    remarks.addAll(work.remarks());
    report(done, job.out(), remarks);
  }

  /** The work, with its progress, which is gone from the terminal before there is a report. */
  private JobReport done(QuantizeJob job, DeviceWork work, List<String> remarks) {
    Optional<ExportedJob> exported = exported(job);
    Unfinished unfinished = resume ? Unfinished.RESUMED : Unfinished.KEPT;
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "quantizing");
        LastWord _ = LastWord.on(spec.commandLine().getErr(), "stopped; go on with --resume")) {
      if (exported.isEmpty()) {
        return work.call(() -> job.run(unfinished, meter::update));
      }
      ExportedJob.Done done = work.call(() -> exported.get().run(unfinished, meter::update));
      remarks.addAll(done.exported().remarks());
      return done.quantized();
    }
  }

  /** The launcher gives Java so many cores; here only what makes no sense is refused. */
  private void requireThreads() {
    if (threads != null && threads < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--threads %d is no number of cores; give 1 or more, or leave it out for all"
              .formatted(threads));
    }
  }

  private void requireMemory(QuantizeJob job, Optional<ExportedJob> exported) {
    if (maxMemory == null) {
      return;
    }
    String size = maxMemory;
    long bytes = UsageErrors.of(spec, () -> ByteSize.of("--max-memory", size));
    exported.ifPresentOrElse(export -> export.requireMemory(bytes), () -> job.requireMemory(bytes));
  }

  private Optional<ExportedJob> exported(QuantizeJob job) {
    try {
      return target.exported(job);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private QuantSpec quantSpec(MethodSettings settings, QuantMethod how) {
    return UsageErrors.of(spec, () -> settings.spec(how, target.grid(grid.spec())));
  }

  private void report(JobReport done, Path filled, List<String> exportRemarks) {
    List<String> remarks = new ArrayList<>(done.remarks());
    remarks.addAll(exportRemarks);
    if (common.json()) {
      Json.print(
          spec.commandLine().getOut(),
          new Result(
              filled.toString(),
              target.label(),
              done.layers().size(),
              done.bitsPerWeight(),
              remarks,
              done.seconds()));
      return;
    }
    for (LayerError layer : done.layers()) {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%-44s %.3f bits/weight   relative error %.4f   SQNR %6.2f dB%n",
              layer.layer(),
              layer.bitsPerWeight(),
              layer.weights().relativeFrobenius(),
              layer.weights().sqnrDb());
    }
    remarks.forEach(spec.commandLine().getOut()::println);
    spec.commandLine()
        .getOut()
        .println(
            new JobReport(filled, done.layers(), done.bitsPerWeight(), remarks, done.seconds()));
  }
}

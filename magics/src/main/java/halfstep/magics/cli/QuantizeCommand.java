package halfstep.magics.cli;

import halfstep.job.Calibration;
import halfstep.job.JobReport;
import halfstep.job.LayerFilter;
import halfstep.job.LayerSpecs;
import halfstep.job.QuantizeJob;
import halfstep.magics.command.GridOptions;
import halfstep.magics.command.SolverOptions;
import halfstep.metric.LayerError;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
      description = "A model folder, or a .safetensors file whose matrices are the layers.")
  private Path input = Path.of("");

  @Option(names = "--method", required = true, description = "How: ${COMPLETION-CANDIDATES}.")
  private Method method = Method.rtn;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to fill; it appears when it is complete.")
  private Path out = Path.of("");

  @Mixin private GridOptions grid = new GridOptions();

  @Option(
      names = "--zero",
      description =
          "What a zero may be: ${COMPLETION-CANDIDATES}. Default float; AWQ's is integer.")
  private @Nullable Zero zero;

  @Option(
      names = "--solver",
      description = "hqq's variant: ${COMPLETION-CANDIDATES}. Default legacy.")
  private Solver solver = Solver.legacy;

  @Mixin private SolverOptions parameters = new SolverOptions();

  @Option(names = "--x-only", description = "AWQ without the weights' share in the scales.")
  private boolean activationsOnly;

  @Mixin private CalibrationFiles calibration = new CalibrationFiles();

  @Option(names = "--include", paramLabel = "GLOB", description = "Only these layers. Repeatable.")
  private List<String> include = new ArrayList<>();

  @Option(names = "--exclude", paramLabel = "GLOB", description = "Not these. Repeatable.")
  private List<String> exclude = new ArrayList<>();

  @Option(
      names = "--format",
      description = "raw: codes, scales and zeros as they are. The only one so far.")
  private Format format = Format.raw;

  @Option(names = "--trace", description = "Write every step of the optimisers to trace.jsonl.")
  private boolean trace;

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private enum Method {
    rtn,
    hqq,
    awq
  }

  private enum Zero {
    FLOAT,
    INTEGER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private enum Solver {
    legacy,
    head,
    v2,
    slow
  }

  private enum Format {
    raw
  }

  private record Result(
      String out, String format, int layers, double bitsPerWeight, double seconds) {}

  @Override
  public Integer call() {
    Calibration data = calibration.read(input);
    if (method == Method.awq && data == null) {
      throw new ParameterException(
          spec.commandLine(), "--method awq looks at activations; give it text with --calib FILE");
    }
    LayerFilter filter = new LayerFilter(include, exclude);
    QuantizeJob job =
        new QuantizeJob(input, out, LayerSpecs.of(quantSpec()), quantMethod(), filter, data, trace);
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "quantizing")) {
      report(job.run(meter::update));
    }
    return 0;
  }

  private QuantSpec quantSpec() {
    ZeroPoint usual = method == Method.awq ? ZeroPoint.INTEGER : ZeroPoint.FLOAT;
    return grid.spec().with(zero == null ? usual : ZeroPoint.valueOf(zero.name()));
  }

  private QuantMethod quantMethod() {
    return switch (method) {
      case rtn -> new Rtn();
      case hqq -> parameters.changes().applyTo(preset());
      case awq -> new Awq(Awq.DEFAULT.gridSize(), !activationsOnly);
    };
  }

  private Hqq preset() {
    return switch (solver) {
      case legacy -> Hqq.LEGACY;
      case head -> Hqq.HEAD;
      case v2 -> Hqq.V2;
      case slow -> Hqq.SLOW;
    };
  }

  private void report(JobReport done) {
    if (common.json()) {
      Json.print(
          spec.commandLine().getOut(),
          new Result(
              done.out().toString(),
              format.name(),
              done.layers().size(),
              done.bitsPerWeight(),
              done.seconds()));
      return;
    }
    for (LayerError layer : done.layers()) {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%-44s relative error %.4f   SQNR %6.2f dB%n",
              layer.layer(),
              layer.weights().relativeFrobenius(),
              layer.weights().sqnrDb());
    }
    spec.commandLine().getOut().println(done);
  }
}

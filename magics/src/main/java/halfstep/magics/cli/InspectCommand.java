package halfstep.magics.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import halfstep.export.HeaderInspection;
import halfstep.export.Inspection;
import halfstep.export.QuantizedModels;
import halfstep.hub.Bytes;
import halfstep.hub.DownloadListener;
import halfstep.hub.Hub;
import halfstep.hub.ModelPlan;
import halfstep.magics.session.HubFetch;
import halfstep.safetensors.Checkpoint;
import halfstep.safetensors.NonFinite;
import halfstep.safetensors.TensorInfo;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code halfstep inspect}: what a checkpoint holds, and how it is quantized. A model of the hub is
 * looked at through the headers of its files; of a quantized one, {@code config.json} is fetched,
 * too.
 */
@Command(
    name = "inspect",
    description =
        "Tensors of a checkpoint, how it is quantized, and values in it that are no finite numbers.")
final class InspectCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A .safetensors or .gguf file, a model folder, a run of quantize, or owner/name of the"
              + " hub, of which only the headers are fetched.")
  private Path input = Path.of("");

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Supplier<Hub> hub;

  /** For picocli: with the hub that the environment describes. */
  InspectCommand() {
    this(Hub::ofThisProcess);
  }

  InspectCommand(Supplier<Hub> hub) {
    this.hub = hub;
  }

  /**
   * What {@code --json} prints of floats and of models on the hub; without {@code nonFinite} where
   * the weights are not here, with {@code quantization} where headers say that there is one.
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Result(
      String model,
      long parameters,
      long bytes,
      List<Row> tensors,
      @Nullable List<NonFinite> nonFinite,
      @Nullable HeaderInspection quantization) {

    static Result of(
        String model,
        List<TensorInfo> tensors,
        @Nullable List<NonFinite> nonFinite,
        @Nullable HeaderInspection quantization) {
      return new Result(
          model,
          tensors.stream().mapToLong(TensorInfo::elements).sum(),
          tensors.stream().mapToLong(TensorInfo::bytes).sum(),
          tensors.stream().map(Row::of).toList(),
          nonFinite,
          quantization);
    }
  }

  private record Row(String name, String dtype, List<Long> shape) {
    static Row of(TensorInfo info) {
      return new Row(info.name(), info.dtype().name(), info.shape());
    }
  }

  @Override
  public Integer call() {
    if (HubFetch.isModel(input.toString(), Path.of(""))) {
      ofHub(input.toString());
    } else {
      ofPath(input.toString(), input);
    }
    return 0;
  }

  private void ofHub(String name) {
    Hub asked = hub.get();
    ModelPlan plan = HubFetch.plan(asked, name);
    plan.lines().forEach(spec.commandLine().getErr()::println);
    if (plan.missing().isEmpty()) {
      ofPath(name, snapshot(asked, plan));
      return;
    }
    List<TensorInfo> tensors = asked.tensors(plan);
    Optional<HeaderInspection> quantization =
        HeaderInspection.of(
            tensors,
            () -> asked.file(plan.repo(), plan.commit(), "config.json", DownloadListener.NONE));
    show(Result.of(name, tensors, null, quantization.orElse(null)));
  }

  /** The folder of a model that misses nothing, so that nothing is fetched. */
  private static Path snapshot(Hub hub, ModelPlan plan) {
    return hub.download(plan, DownloadListener.NONE);
  }

  private void ofPath(String name, Path path) {
    if (!QuantizedModels.isQuantized(path)) {
      Checkpoint checkpoint = Checkpoint.open(path);
      show(Result.of(name, checkpoint.tensors(), checkpoint.nonFinite(), null));
      return;
    }
    Inspection found;
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "reading")) {
      found = Inspection.of(path, true, meter::update);
    }
    if (common.json()) {
      Json.print(spec.commandLine().getOut(), found);
    } else {
      InspectionPage.print(spec.commandLine().getOut(), found);
    }
  }

  private void show(Result result) {
    if (common.json()) {
      Json.print(spec.commandLine().getOut(), result);
    } else {
      print(result);
    }
  }

  private void print(Result result) {
    PrintWriter out = spec.commandLine().getOut();
    int width = result.tensors().stream().mapToInt(row -> row.name().length()).max().orElse(0);
    for (Row row : result.tensors()) {
      List<String> sides = row.shape().stream().map(String::valueOf).toList();
      String line = "%-" + Math.max(1, width) + "s  %-5s %s%n";
      out.printf(line, row.name(), row.dtype(), String.join(" × ", sides));
    }
    out.printf(
        Locale.ROOT,
        "%d tensor%s, %,d parameters, %s%n",
        result.tensors().size(),
        result.tensors().size() == 1 ? "" : "s",
        result.parameters(),
        Bytes.text(result.bytes()));
    if (result.quantization() != null) {
      out.println(result.quantization());
    }
    List<NonFinite> found = result.nonFinite();
    if (found == null) {
      out.println("read from headers alone; the weights are not here, so they were not looked at");
    } else if (found.isEmpty()) {
      out.println("all values are finite");
    } else {
      found.forEach(bad -> out.println("not finite: " + bad));
    }
  }
}

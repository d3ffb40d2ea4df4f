package halfstep.magics.cli;

import halfstep.backend.DeviceWork;
import halfstep.backend.Devices;
import halfstep.eval.Evaluation;
import halfstep.eval.Evaluation.Subject;
import halfstep.eval.EvaluationRow;
import halfstep.eval.PairedVariants;
import halfstep.magics.command.DeviceOption;
import halfstep.magics.command.EvalOptions;
import halfstep.magics.command.EvalSettings;
import halfstep.magics.command.UsageException;
import halfstep.magics.display.TextTable;
import halfstep.magics.session.EvaluationRun;
import halfstep.magics.session.Folders;
import halfstep.magics.table.EvalTables;
import halfstep.metric.PairedComparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code halfstep eval}: perplexity, and the divergence from another model. */
@Command(
    name = "eval",
    description = "Perplexity of a model on a text, and its divergence from another model.")
final class EvalCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "MODEL",
      description =
          "An embedded model's name, a folder with config.json and safetensors, or owner/name of"
              + " the hub.")
  private String model = "";

  @Mixin private EvalOptions options = new EvalOptions();

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Write the rows there as comma-separated values.")
  private @Nullable Path csv;

  @Mixin private DeviceOption device = new DeviceOption();

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    EvalSettings settings = UsageErrors.of(spec, this::settings);
    DeviceWork work = Devices.work(UsageErrors.of(spec, device::choice));
    Folders folders = Folders.ofThisProcess();
    Stream.of(Optional.of(model), settings.against(), settings.versus())
        .flatMap(Optional::stream)
        .forEach(word -> HubFiles.model(Path.of(word), spec.commandLine().getErr()));
    Subject subject = EvaluationRun.subject(folders, model);
    EvaluationRun run = new EvaluationRun(folders, subject, settings);
    Evaluation evaluation;
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "evaluating")) {
      evaluation = work.call(() -> run.run(meter::update));
    }
    Optional<PairedVariants> paired = run.paired(evaluation);
    if (csv != null) {
      Files.writeString(csv, evaluation.toCsv());
    }
    if (common.json()) {
      Json.print(spec.commandLine().getOut(), json(run, evaluation, paired, work.remarks()));
    } else {
      print(run, evaluation, paired);
      work.remarks().forEach(spec.commandLine().getOut()::println);
    }
    return 0;
  }

  private EvalSettings settings() {
    EvalSettings settings = options.settings();
    if (settings.texts().isEmpty() && settings.tokens().isEmpty()) {
      throw new UsageException("say what to read: --text FILE, or --tokens FILE.json");
    }
    return settings;
  }

  /** The contract's keys over all texts, then a row per text and the paired test. */
  private Map<String, Object> json(
      EvaluationRun run,
      Evaluation evaluation,
      Optional<PairedVariants> paired,
      List<String> remarks) {
    Map<String, Object> result = new LinkedHashMap<>(evaluation.overall(model).figures());
    result.remove("domain");
    result.put("domains", figures(evaluation.of(model)));
    run.reference().ifPresent(name -> result.put("against", name));
    run.variant()
        .ifPresent(name -> {
          result.put("versus", name);
          result.put("versusDomains", figures(evaluation.of(name)));
        });
    paired.ifPresent(test -> {
      result.put("klDifference", difference(test.kl()));
      result.put("nllDifference", difference(test.nll()));
    });
    result.put("remarks", remarks);
    return result;
  }

  private static List<Map<String, Object>> figures(List<EvaluationRow> rows) {
    return rows.stream().map(EvaluationRow::figures).toList();
  }

  private static Map<String, Object> difference(PairedComparison test) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("mean", test.meanDifference());
    result.put("low", test.low());
    result.put("high", test.high());
    result.put("windows", test.n());
    result.put("decided", test.isDecided());
    return result;
  }

  private void print(EvaluationRun run, Evaluation evaluation, Optional<PairedVariants> paired) {
    PrintWriter out = spec.commandLine().getOut();
    List<EvaluationRow> rows = evaluation.rows();
    EvaluationRow overall = evaluation.overall(model);
    out.println(model + ": " + overall.perplexity());
    out.println(overall.perplexity().basis());
    run.reference()
        .ifPresent(name -> {
          out.println();
          overall
              .divergence()
              .ifPresent(divergence -> out.println("from " + name + ": " + divergence));
          out.println();
          out.println(TextTable.of(EvalTables.percentiles(rows)));
        });
    out.println();
    out.println(TextTable.of(EvalTables.domains(rows)));
    paired.ifPresent(test ->
        out.printf(
            "%nKL of %s − %s, paired: %s%n", model, run.variant().orElse("the other"), test.kl()));
  }
}

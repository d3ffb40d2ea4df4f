package halfstep.magics.cli;

import halfstep.job.Calibration;
import halfstep.job.LayerSource;
import halfstep.llm.Generation;
import halfstep.llm.Model;
import halfstep.llm.RunPlan;
import halfstep.magics.command.GridOptions;
import halfstep.magics.command.MethodOptions;
import halfstep.magics.command.ModelWord;
import halfstep.magics.command.Request;
import halfstep.magics.command.WritingOptions;
import halfstep.magics.run.Variants;
import halfstep.magics.table.Continuation;
import halfstep.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code halfstep generate}: the same prompt continued by several forms of a model. */
@Command(
    name = "generate",
    description = "Lets a model write on, in several forms of it side by side.")
final class GenerateCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A folder with config.json and safetensors.")
  private Path folder = Path.of("");

  @Parameters(index = "1", paramLabel = "PROMPT", description = "The text to continue.")
  private String prompt = "";

  @Option(
      names = "--models",
      paramLabel = "FORM",
      split = ",",
      description = "fp as it is, or a method and its bits such as hqq3; with commas. Default fp.")
  private List<String> forms = new ArrayList<>(List.of("fp"));

  @Option(
      names = "--group",
      paramLabel = "SIZE",
      description = "Weights that share a scale, or row, or tensor for all. Default 64.")
  private String group = "64";

  @Mixin private WritingOptions writing = new WritingOptions();

  @Mixin private MethodOptions parameters = new MethodOptions();

  @Mixin private CalibrationFiles calibration = new CalibrationFiles();

  @Mixin private MemoryBound memory = new MemoryBound();

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Text(
      String model,
      String text,
      List<Integer> tokens,
      double meanLogProbability,
      int asTheFirst,
      Generation.End end) {

    static Text of(Continuation row, Continuation first) {
      Generation generation = row.generation();
      return new Text(
          row.model(),
          row.text(),
          generation.tokens(),
          generation.meanLogProbability(),
          generation.agreesFor(first.generation()),
          generation.end());
    }
  }

  private record Result(String prompt, List<Text> texts) {}

  @Override
  public Integer call() {
    Request.Writing wanted = UsageErrors.of(spec, writing::writing);
    List<ModelWord> words =
        UsageErrors.of(spec, () -> forms.stream().map(ModelWord::of).distinct().toList());
    long most = UsageErrors.of(spec, memory::bytes);
    Model opened = Model.open(folder);
    Tokenizer tokenizer = opened.tokenizer();
    int[] tokens = tokenizer.encode(prompt);
    RunPlan plan = RunPlan.of(opened, tokens.length + wanted.length(), most);
    if (memory.given()) {
      spec.commandLine().getErr().println("plan: " + plan);
    }
    Model model = opened.under(plan);
    Variants variants =
        new Variants(
            LayerSource.of(model),
            model,
            parameters.settings(),
            UsageErrors.of(spec, () -> GridOptions.group(group)),
            none -> Optional.empty(),
            this::calibration);
    List<Continuation> rows = new ArrayList<>();
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "generating")) {
      for (ModelWord word : words) {
        double before = (double) rows.size() / words.size();
        Model variant =
            variants.of(
                word, done -> meter.update(before + 0.5 * done / words.size(), word.text()));
        Generation text = write(variant, tokens, wanted, meter, before);
        rows.add(Continuation.of(word.text(), text, tokenizer));
      }
    }
    print(rows);
    return 0;
  }

  private Calibration calibration() {
    Calibration data = calibration.read(folder);
    if (data == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--models %s look at activations; give them text with --calib FILE"
              .formatted(String.join(",", forms)));
    }
    return data;
  }

  private Generation write(
      Model model, int[] tokens, Request.Writing wanted, Meter meter, double before) {
    AtomicInteger written = new AtomicInteger();
    double share = 0.5 / forms.size() / wanted.length();
    return Generation.of(
        model,
        tokens,
        wanted.length(),
        Variants.sampling(wanted),
        token -> meter.update(before + 0.5 / forms.size() + share * written.incrementAndGet()));
  }

  private void print(List<Continuation> rows) {
    if (common.json()) {
      List<Text> texts = rows.stream().map(row -> Text.of(row, rows.getFirst())).toList();
      Json.print(spec.commandLine().getOut(), new Result(prompt, texts));
      return;
    }
    for (Continuation row : rows) {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%s   (%d tokens, mean log p %.3f nats, as %s for %d)%n%s%n%n",
              row.model(),
              row.generation().tokens().size(),
              row.generation().meanLogProbability(),
              rows.getFirst().model(),
              row.generation().agreesFor(rows.getFirst().generation()),
              prompt + row.text());
    }
  }
}

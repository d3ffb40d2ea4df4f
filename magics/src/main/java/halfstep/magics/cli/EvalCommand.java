package halfstep.magics.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import halfstep.eval.Divergence;
import halfstep.eval.Perplexity;
import halfstep.eval.Windowing;
import halfstep.llm.Model;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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

  @Parameters(paramLabel = "MODEL", description = "A folder with config.json and safetensors.")
  private Path model = Path.of("");

  @ArgGroup(multiplicity = "1")
  private EvaluationText text = new EvaluationText();

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description = "papers: windows from empty context, the tail dropped. The only one so far.")
  private Protocol protocol = Protocol.papers;

  @Option(names = "--ctx", paramLabel = "N", description = "Tokens per window. Default 512.")
  private int ctx = 512;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "Tokens from one window's start to the next. Default: as --ctx, no overlap.")
  private @Nullable Integer stride;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Use no more of the text than this.")
  private int maxTokens = Integer.MAX_VALUE;

  @Option(
      names = "--against",
      paramLabel = "MODEL",
      description = "Reference model: adds KL(reference ‖ model) and the share of same top tokens.")
  private @Nullable Path against;

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private enum Protocol {
    papers
  }

  /** What {@code --json} prints; the names are the contract's. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Result(
      String protocol,
      int ctx,
      int stride,
      int tokens,
      int windows,
      double perplexity,
      double standardError,
      @Nullable Double kl,
      @Nullable Double klStandardError,
      @Nullable Double sameTop1) {}

  @Override
  public Integer call() {
    Windowing windowing = new Windowing(ctx, stride == null ? ctx : stride, maxTokens);
    Model evaluated = Model.open(model);
    int[] tokens = text.tokens(evaluated);
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "evaluating")) {
      if (against == null) {
        print(result(Perplexity.of(evaluated, tokens, windowing, meter::update), null));
      } else {
        Model reference = Model.open(against);
        Divergence divergence =
            Divergence.between(reference, evaluated, tokens, windowing, meter::update);
        print(result(divergence.perplexity(), divergence));
      }
    }
    return 0;
  }

  private Result result(Perplexity perplexity, @Nullable Divergence divergence) {
    Windowing windowing = perplexity.windowing();
    return new Result(
        protocol.name(),
        windowing.ctx(),
        windowing.stride(),
        windowing.ctx() + (perplexity.windows() - 1) * windowing.stride(),
        perplexity.windows(),
        perplexity.value(),
        perplexity.standardError(),
        divergence == null ? null : divergence.meanKl(),
        divergence == null ? null : divergence.standardError(),
        divergence == null ? null : divergence.sameTop1());
  }

  private void print(Result result) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      Json.print(out, result);
      return;
    }
    out.printf(
        Locale.ROOT,
        "perplexity  %.4f ± %.4f   (%s protocol, %d windows of %d tokens)%n",
        result.perplexity(),
        result.standardError(),
        result.protocol(),
        result.windows(),
        result.ctx());
    Double kl = result.kl();
    Double error = result.klStandardError();
    Double same = result.sameTop1();
    if (kl != null && error != null && same != null) {
      out.printf(
          Locale.ROOT,
          "KL          %.5f ± %.5f nats from %s%nsame top-1  %.2f %%%n",
          kl,
          error,
          against,
          100 * same);
    }
  }
}

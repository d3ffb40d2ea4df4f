package halfstep.magics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %hqq} and its commands. */
@Command(
    name = "hqq",
    description = "Walk through HQQ's half-quadratic iterations on one layer.",
    subcommands = {
      HqqLines.Start.class,
      HqqLines.Step.class,
      HqqLines.Back.class,
      HqqLines.Branch.class,
      HqqLines.Run.class,
      HqqLines.Trace.class,
      HqqVariantLines.Compare.class,
      HqqVariantLines.Sweep.class
    })
final class HqqLines {

  @Command(
      name = "start",
      description = "Begin a new walk at rounding to nearest.",
      footer = {
        "%hqq start 0.down_proj --bits 3",
        "%hqq start 1.q_proj --bits 2 --group 32 --beta auto --as first"
      })
  static final class Start implements Line {
    @Parameters(
        arity = "0..1",
        paramLabel = "LAYER",
        description = "Layer of the loaded model; a unique part such as 0.down_proj is enough.")
    private @Nullable String layer;

    @Option(
        names = "--weights",
        paramLabel = "VARIABLE",
        description = "A Matrix variable instead of a layer.")
    private @Nullable String weights;

    @Mixin private final GridOptions grid = new GridOptions();
    @Mixin private final SolverOptions solver = new SolverOptions();
    @Mixin private final GroupOption show = new GroupOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      if ((layer == null) == (weights == null)) {
        throw new UsageException(
            "%hqq start takes a LAYER of the loaded model or --weights VARIABLE, one of the two; for"
                + " example %hqq start 0.down_proj --bits 4 --group 64");
      }
      return new HqqRequest.Start(
          Optional.ofNullable(layer),
          Optional.ofNullable(weights),
          solver.spec(grid),
          solver.config(),
          show.group(),
          result.as());
    }
  }

  @Command(
      name = "step",
      description = "Take the next half-step, or go on to a certain one.",
      footer = {"%hqq step", "%hqq step --to 8 --as there"})
  static final class Step implements Line {
    @Option(names = "--to", paramLabel = "N", description = "Iteration to stand at afterwards.")
    private @Nullable Integer to;

    @Mixin private final GroupOption show = new GroupOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new HqqRequest.Step(OptionalInts.of(to), show.group(), result.as());
    }
  }

  @Command(
      name = "back",
      description = "Return to the step before, or to a certain one.",
      footer = {"%hqq back", "%hqq back --to 1"})
  static final class Back implements Line {
    @Option(names = "--to", paramLabel = "N", description = "Iteration to stand at afterwards.")
    private @Nullable Integer to;

    @Mixin private final GroupOption show = new GroupOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new HqqRequest.Back(OptionalInts.of(to), show.group(), result.as());
    }
  }

  @Command(
      name = "branch",
      description = "Go on from the current step with other parameters and compare the two.",
      footer = {"%hqq branch --beta 1000", "%hqq branch --lp-norm 0.5 --kappa 1.01 --as steps"})
  static final class Branch implements Line {
    @Mixin private final SolverOptions solver = new SolverOptions();
    @Mixin private final GroupOption show = new GroupOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      if (solver.zero().isPresent()) {
        throw new UsageException(
            "%hqq branch keeps the walk's kind of zero; %hqq start LAYER --zero integer begins with"
                + " another");
      }
      return new HqqRequest.Branch(solver.changes(), show.group(), result.as());
    }
  }

  @Command(
      name = "run",
      description = "Walk to the end.",
      footer = {"%hqq run --as steps"})
  static final class Run implements Line {
    @Mixin private final GroupOption show = new GroupOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new HqqRequest.Run(show.group(), result.as());
    }
  }

  @Command(
      name = "trace",
      description = "All iterations in one table and chart: of the walk, or of LAYERs to compare.",
      footer = {"%hqq trace", "%hqq trace 0.q_proj 0.down_proj --bits 3 --as walks"})
  static final class Trace implements Line {
    @Parameters(
        arity = "0..*",
        paramLabel = "LAYER",
        description = "Layers to solve from the start; the current walk if none.")
    private List<String> layers = new ArrayList<>();

    @Mixin private final GridOptions grid = new GridOptions();
    @Mixin private final SolverOptions solver = new SolverOptions();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new HqqRequest.Trace(
          List.copyOf(layers), solver.spec(grid), solver.config(), result.as());
    }
  }
}

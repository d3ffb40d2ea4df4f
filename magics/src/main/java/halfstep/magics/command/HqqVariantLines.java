package halfstep.magics.command;

import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %hqq compare} and {@code %hqq sweep}: one layer in several ways. */
final class HqqVariantLines {

  private HqqVariantLines() {}

  /** Which weights, and on which grid. */
  static final class Subject {
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

    Optional<String> layer(String command) {
      if ((layer == null) == (weights == null)) {
        throw new UsageException(
            "%%hqq %s takes a LAYER of the loaded model or --weights VARIABLE, one of the two; for example %%hqq %s 0.down_proj --bits 3"
                .formatted(command, command));
      }
      return Optional.ofNullable(layer);
    }

    Optional<String> weights() {
      return Optional.ofNullable(weights);
    }

    QuantSpec spec() {
      return grid.spec();
    }
  }

  @Command(
      name = "compare",
      description =
          "Rounding, the library's solvers legacy, head, v2 and slow, and least squares, side by"
              + " side on one layer.",
      footer = "%hqq compare 0.down_proj --bits 3 --as variants")
  static final class Compare implements Line {
    @Mixin private final Subject subject = new Subject();
    @Mixin private final DeviceOption device = new DeviceOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new HqqRequest.Compare(
          subject.layer("compare"), subject.weights(), subject.spec(), result.as());
    }
  }

  @Command(
      name = "sweep",
      description = "Every combination of HQQ's parameters on one layer, walked to the end.",
      footer = {
        "%hqq sweep 0.down_proj --bits 3 --beta 10,100,auto --lp-norm 0.5,0.7,1",
        "%hqq sweep 0.down_proj --bits 2 --kappa 1,1.01,1.1 --as swept"
      })
  static final class Sweep implements Line {
    @Mixin private final Subject subject = new Subject();

    @Option(
        names = "--beta",
        paramLabel = "BETA",
        split = ",",
        converter = Converters.OfBeta.class,
        completionCandidates = Converters.BetaWords.class,
        description = "Weights of the quadratic coupling with commas, or auto. Default 10.")
    private List<BetaWord> betas = new ArrayList<>(List.of(BetaWord.of("10")));

    @Option(
        names = "--lp-norm",
        paramLabel = "P",
        split = ",",
        description = "Exponents of the residual's norm with commas. Default 0.7.")
    private List<Float> norms = new ArrayList<>(List.of(Hqq.DEFAULT.lpNorm()));

    @Option(
        names = "--kappa",
        paramLabel = "KAPPA",
        split = ",",
        description = "Growths of beta with each half-step, with commas. Default 1.")
    private List<Float> kappas = new ArrayList<>(List.of(Hqq.DEFAULT.kappa()));

    @Option(
        names = "--iterations",
        paramLabel = "N",
        split = ",",
        description = "Most half-steps, with commas. Default 20.")
    private List<Integer> iterations = new ArrayList<>(List.of(Hqq.DEFAULT.iterations()));

    @Mixin private final DeviceOption device = new DeviceOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new HqqRequest.Sweep(
          subject.layer("sweep"), subject.weights(), subject.spec(), configs(), result.as());
    }

    private List<Hqq> configs() {
      List<Hqq> configs = new ArrayList<>();
      for (BetaWord beta : betas) {
        for (float norm : norms) {
          for (float kappa : kappas) {
            for (int most : iterations) {
              configs.add(
                  new HqqChanges(null, norm, beta, kappa, most, null, null, false, false, false)
                      .applyTo(Hqq.DEFAULT));
            }
          }
        }
      }
      return configs.stream().distinct().toList();
    }
  }
}

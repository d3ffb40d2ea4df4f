package halfstep.magics.run;

import halfstep.hqq.HqqStep;
import halfstep.magics.session.Walk;
import halfstep.magics.table.BitsLabel;
import halfstep.magics.table.NumberText;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantizedMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a walk's table does not say by itself. */
final class HqqSentences {

  private HqqSentences() {}

  static String title(Walk walk) {
    return "HQQ on %s (%s), %s, iteration %d"
        .formatted(walk.name(), walk.weights().shape(), grid(walk), walk.current().index());
  }

  /** The walk's codes and what they cost. */
  static String grid(Walk walk) {
    return BitsLabel.of(walk.solver().spec(), walk.weights().shape());
  }

  /** The parameters of a solver as they are typed. */
  static String parameters(Hqq config) {
    String kappa = config.kappa() == 1f ? "" : " kappa %s".formatted(config.kappa());
    String options = config.options().label();
    return "p %s%s%s%s"
        .formatted(
            config.lpNorm(),
            config.options().beta().isShared() ? ", beta " + plain(config.beta()) : "",
            kappa,
            options.isEmpty() ? "" : ", " + options);
  }

  /** About the state where the reader stands. */
  static List<String> about(Walk walk) {
    return about(walk, walk.current(), walk.atEnd());
  }

  /** About one state of the walk; the result, if it is the last. */
  static List<String> about(Walk walk, HqqStep step, boolean last) {
    ErrorMetrics error = walk.error(step);
    QuantizedMatrix quantized = walk.solver().quantized(step);
    List<String> sentences = new ArrayList<>();
    sentences.add(shrinkage(walk, step, error));
    sentences.add(
        "Iteration %d: %s; %.3f bits per weight with scales and zeros."
            .formatted(step.index(), error, quantized.bitsPerWeight()));
    if (last) {
      sentences.add(end(walk.solver().config(), step));
    }
    return sentences;
  }

  /** Why the column "over threshold" says what it says. */
  private static String shrinkage(Walk walk, HqqStep step, ErrorMetrics error) {
    Hqq config = walk.solver().config();
    String rule =
        "Only residuals above β^(−1/(2−p)) = %s survive the shrinkage (%s); the largest |w − ŵ| here is %s"
            .formatted(
                decimals(walk.solver().shrinkThreshold()),
                parameters(config),
                decimals(error.maxAbs()));
    return step.index() > 0 && step.shrinkActive() > 0
        ? "%s: the l_p part was at work on %s of the weights in this step."
            .formatted(rule, NumberText.percent(step.shrinkActive()))
        : rule + ": with W_e = 0 a half-step is the least-squares move of each zero.";
  }

  private static String end(Hqq config, HqqStep last) {
    if (last.index() >= config.iterations()) {
      return "The walk is complete: all %d iterations were taken.".formatted(config.iterations());
    }
    return config.earlyStop() == EarlyStop.RESTORE_BEST
        ? "The walk is complete: the error no longer fell, so the best step, iteration %d, was restored."
            .formatted(last.index())
        : "The walk is complete: the error no longer fell, and the step that failed to improve is kept, as hqq does.";
  }

  private static String plain(float value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Float.toString(value);
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}

package halfstep.magics.command;

import halfstep.quant.Gptq;
import halfstep.quant.GroupSolver;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The parameters of every method, as a line gave them: what turns a word into a method.
 *
 * @param hqq of HQQ
 * @param rounds of least squares
 * @param awq of AWQ, and of the search before another method
 * @param gptq of GPTQ
 * @param zero what zeros must be; each method's own if empty
 */
public record MethodSettings(Hqq hqq, int rounds, Awq awq, Gptq gptq, Optional<ZeroPoint> zero) {

  /** What holds if a line says nothing. */
  public static final MethodSettings DEFAULT =
      new MethodSettings(
          Hqq.DEFAULT, LeastSquares.DEFAULT.rounds(), Awq.DEFAULT, Gptq.DEFAULT, Optional.empty());

  /**
   * The method that a word names.
   *
   * @param own finds a solver of the user's own by its name
   * @throws UsageException if there is none of this name
   */
  public QuantMethod method(MethodWord word, Function<String, Optional<GroupSolver>> own) {
    if (word.scalesFirst()) {
      return new AwqThen(awq.withClip(false), dataFree(word, own));
    }
    return switch (word.text()) {
      case "awq" -> awq;
      case "gptq" -> gptq;
      case "wls" -> new WeightedLeastSquares(rounds);
      default -> dataFree(word, own);
    };
  }

  private DataFree dataFree(MethodWord word, Function<String, Optional<GroupSolver>> own) {
    return switch (word.last()) {
      case "rtn" -> new Rtn();
      case "hqq" -> hqq;
      case "ls" -> new LeastSquares(rounds);
      default ->
          own.apply(word.last())
              .map(solver -> new Custom(word.last(), solver))
              .orElseThrow(() -> MethodWord.unknown(word.text()));
    };
  }

  /**
   * What to ask a method for: the zeros that the line named, else the method's own.
   *
   * @param spec with float zeros
   * @throws UsageException if the method cannot find the zeros that the line named
   */
  public QuantSpec spec(QuantMethod method, QuantSpec spec) {
    boolean roundsAfterScales = method instanceof AwqThen(Awq _, Rtn());
    QuantSpec usual = roundsAfterScales ? spec.with(ZeroPoint.INTEGER) : method.fitted(spec);
    if (zero.isEmpty()) {
      return usual;
    }
    QuantSpec asked = spec.with(zero.get());
    if (!method.fitted(asked).equals(asked)) {
      throw new UsageException(
          "--zero %s does not go with %s, which finds %s zeros; leave it out"
              .formatted(word(asked), method.label(), word(usual)));
    }
    return asked;
  }

  private static String word(QuantSpec spec) {
    return spec.zeroPoint().name().toLowerCase(Locale.ROOT);
  }
}

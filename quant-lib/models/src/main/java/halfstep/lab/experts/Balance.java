package halfstep.lab.experts;

import halfstep.metric.PairedComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Some experts' errors under one form beside their own under another: the geometric mean of the
 * ratios. Below 1 the first form is better.
 *
 * @param form the first form
 * @param beside the other
 * @param group which experts: {@code 16 to 63 tokens seen}
 * @param experts how many ratios
 * @param ratio geometric mean of error / error of the other
 * @param low lower end of its 95 % bootstrap interval over experts; NaN for a single one
 * @param high its upper end
 * @param worst the largest ratio
 * @param worstExpert whose it is
 */
public record Balance(
    String form,
    String beside,
    String group,
    int experts,
    double ratio,
    double low,
    double high,
    double worst,
    ExpertError worstExpert) {

  /** Experts of which a mean says something. */
  private static final int FEWEST = 5;

  /** Upper ends of the classes of tokens seen. */
  private static final long[] CLASSES = {16, 64, 256, 1024};

  /**
   * Pairs errors expert by expert.
   *
   * @param errors of the first form, at least one
   * @param others of a form that looks at no text, one for each of those experts
   * @param seed of the bootstrap; the same gives the same interval
   */
  static Balance of(String group, List<ExpertError> errors, List<ExpertError> others, long seed) {
    Map<Expert, Double> byExpert =
        others.stream().collect(Collectors.toMap(ExpertError::expert, ExpertError::error));
    double[] logs = new double[errors.size()];
    int worst = 0;
    for (int i = 0; i < logs.length; i++) {
      ExpertError error = errors.get(i);
      logs[i] = Math.log(error.error() / byExpert.getOrDefault(error.expert(), Double.NaN));
      worst = logs[i] > logs[worst] ? i : worst;
    }
    PairedComparison mean =
        logs.length > 1
            ? PairedComparison.of(logs, new double[logs.length], seed)
            : new PairedComparison(logs[0], Double.NaN, Double.NaN, 1);
    return new Balance(
        errors.getFirst().form(),
        others.getFirst().form(),
        group,
        logs.length,
        Math.exp(mean.meanDifference()),
        Math.exp(mean.low()),
        Math.exp(mean.high()),
        Math.exp(logs[worst]),
        errors.get(worst));
  }

  /**
   * By how many tokens reached the expert in calibration; classes without an expert are left out.
   */
  static List<Balance> bySeen(List<ExpertError> errors, List<ExpertError> others, long seed) {
    List<Balance> rows = new ArrayList<>();
    add(rows, "no token seen", error -> error.seen() == 0, errors, others, seed);
    long from = 1;
    for (long to : CLASSES) {
      long low = from;
      add(
          rows,
          "%d to %d tokens seen".formatted(low, to - 1),
          error -> error.seen() >= low && error.seen() < to,
          errors,
          others,
          seed);
      from = to;
    }
    long most = from;
    String last = "%d tokens or more seen".formatted(most);
    add(rows, last, error -> error.seen() >= most, errors, others, seed);
    return rows;
  }

  private static void add(
      List<Balance> rows,
      String group,
      Predicate<ExpertError> member,
      List<ExpertError> errors,
      List<ExpertError> others,
      long seed) {
    List<ExpertError> own = errors.stream().filter(member).toList();
    if (!own.isEmpty()) {
      rows.add(of(group, own, others, seed));
    }
  }

  /**
   * Whether the interval leaves out 1, over enough experts to speak of: they tell the forms apart.
   */
  public boolean isDecided() {
    return experts >= FEWEST && (low > 1 || high < 1);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s over %s, %s: %.2f [%.2f, %.2f], n = %d, worst %.2f (expert %s, %d tokens)",
        form,
        beside,
        group,
        ratio,
        low,
        high,
        experts,
        worst,
        worstExpert.expert().label(),
        worstExpert.seen());
  }
}

package halfstep.lab.sensitivity;

import halfstep.lab.Verdict;
import halfstep.lab.sensitivity.SensitivityPart.Kind;
import halfstep.metric.PairedComparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * "The output projections and the down-projections are the most sensitive": whether the least of
 * them is more sensitive than the most sensitive other role, window by window.
 */
public final class OutputClaim {

  private static final String TOTAL = "o_proj and down_proj are the most sensitive";
  private static final String EACH = TOTAL + ", weight for weight";

  /** What writes to the residual stream; {@code w2} in Mixtral's experts. */
  private static final Set<String> OUTPUTS = Set.of("o_proj", "down_proj", "w2");

  private OutputClaim() {}

  /**
   * The claim twice: of whole roles, and weight for weight, since roles differ in size.
   *
   * @param seed of the bootstrap; the same gives the same intervals
   */
  public static List<Verdict> test(Sensitivity sensitivity, long seed) {
    Map<String, double[]> whole = new LinkedHashMap<>();
    Map<String, double[]> each = new LinkedHashMap<>();
    for (SensitivityPart role : sensitivity.of(Kind.ROLE)) {
      double[] kl = role.divergence().klByWindow().toArray();
      whole.put(role.name(), kl);
      double millions = role.weights() / 1e6;
      each.put(role.name(), Arrays.stream(kl).map(value -> value / millions).toArray());
    }
    return List.of(
        verdict(TOTAL, "nats", whole, seed), verdict(EACH, "nats per million", each, seed));
  }

  /**
   * Ranks roles.
   *
   * @param windows KL of each role, window by window; at least two windows
   */
  static Verdict verdict(String claim, String unit, Map<String, double[]> windows, long seed) {
    List<String> order = new ArrayList<>(windows.keySet());
    order.sort(Comparator.comparingDouble((String role) -> mean(windows, role)).reversed());
    List<String> claimed = order.stream().filter(OUTPUTS::contains).toList();
    List<String> others = order.stream().filter(role -> !OUTPUTS.contains(role)).toList();
    String ranking =
        order.stream()
            .map(role -> String.format(Locale.ROOT, "%s %.4f", role, mean(windows, role)))
            .collect(Collectors.joining(", "));
    if (claimed.isEmpty() || others.isEmpty() || of(windows, order.getFirst()).length < 2) {
      return new Verdict(claim, Verdict.Outcome.UNDECIDED, ranking + " (%s).".formatted(unit));
    }
    String least = claimed.getLast();
    String most = others.getFirst();
    PairedComparison difference = PairedComparison.of(of(windows, least), of(windows, most), seed);
    String because =
        String.format(
            Locale.ROOT,
            "%s (%s); %s − %s is %+.4f [%+.4f, %+.4f] over %d windows.",
            ranking,
            unit,
            least,
            most,
            difference.meanDifference(),
            difference.low(),
            difference.high(),
            difference.n());
    return new Verdict(claim, Verdict.ofDifference(difference.low(), difference.high()), because);
  }

  private static double[] of(Map<String, double[]> windows, String role) {
    return windows.getOrDefault(role, new double[0]);
  }

  private static double mean(Map<String, double[]> windows, String role) {
    double sum = 0;
    for (double value : of(windows, role)) {
      sum += value;
    }
    return sum / of(windows, role).length;
  }
}

package halfstep.eval;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One model on one text.
 *
 * @param model its name
 * @param domain the text's name, or {@code all} for several together
 * @param perplexity of the model
 * @param divergence from the reference, if there is one
 */
public record EvaluationRow(
    String model, String domain, Perplexity perplexity, Optional<Divergence> divergence) {

  /**
   * All figures by name, for tables and files: numbers as numbers, in the units of {@link
   * Perplexity} and {@link Divergence}. The order and the names do not change from row to row of
   * one evaluation.
   */
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    Basis basis = perplexity.basis();
    figures.put("model", model);
    figures.put("domain", domain);
    figures.put("protocol", basis.windowing().protocol().word());
    figures.put("ctx", basis.windowing().ctx());
    figures.put("stride", basis.windowing().stride());
    figures.put("tokens", basis.tokens());
    figures.put("windows", basis.windows());
    figures.put("predictions", basis.predictions());
    figures.put("perplexity", perplexity.value());
    figures.put("standardError", perplexity.standardError());
    divergence.ifPresent(found -> add(found, figures));
    return figures;
  }

  private static void add(Divergence divergence, Map<String, Object> figures) {
    figures.put("referencePerplexity", divergence.reference().value());
    figures.put("kl", divergence.kl().value());
    figures.put("klStandardError", divergence.kl().standardError());
    figures.put("klP50", divergence.percentiles().p50().value());
    figures.put("klP90", divergence.percentiles().p90().value());
    figures.put("klP99", divergence.percentiles().p99().value());
    figures.put("klP999", divergence.percentiles().p999().value());
    figures.put("klMax", divergence.percentiles().max());
    figures.put("deltaP", divergence.deltaP().value());
    figures.put("deltaPStandardError", divergence.deltaP().standardError());
    figures.put("deltaPRms", divergence.deltaPRms());
    figures.put("sameTop1", divergence.sameTop1().value());
    figures.put("sameTop1Low", divergence.sameTop1().interval().low());
    figures.put("sameTop1High", divergence.sameTop1().interval().high());
    figures.put("nllIncrease", divergence.nllIncrease().value());
    figures.put("nllIncreaseStandardError", divergence.nllIncrease().standardError());
  }
}

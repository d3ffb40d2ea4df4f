package halfstep.eval;

import halfstep.eval.Divergence.Percentiles;
import halfstep.llm.TokenWindows;

/** What a model and its reference said at each prediction; threads fill disjoint parts. */
final class Comparison {

  private final double[] kl;
  private final double[] nll;
  private final double[] referenceNll;
  private final double[] sameTop;

  Comparison(int predictions) {
    this.kl = new double[predictions];
    this.nll = new double[predictions];
    this.referenceNll = new double[predictions];
    this.sameTop = new double[predictions];
  }

  /**
   * Compares one prediction.
   *
   * @param reference its log-probabilities; not modified
   * @param model its log-probabilities; not modified
   * @param next the token that followed
   * @param index of the prediction among all
   */
  void add(LogSoftmax reference, LogSoftmax model, int next, int index) {
    double[] p = reference.logs();
    double[] q = model.logs();
    kl[index] = divergence(p, q);
    referenceNll[index] = -p[next];
    nll[index] = -q[next];
    sameTop[index] = reference.top() == model.top() ? 1 : 0;
  }

  /** KL(p ‖ q) = Σ p · (log p − log q) */
  private static double divergence(double[] logP, double[] logQ) {
    double sum = 0;
    for (int i = 0; i < logP.length; i++) {
      sum += Math.exp(logP[i]) * (logP[i] - logQ[i]);
    }
    return sum;
  }

  Divergence result(TokenWindows windows, Windowing windowing) {
    Sample divergences = new Sample(kl);
    Sample model = new Sample(nll);
    Sample reference = new Sample(referenceNll);
    Sample increase = model.minus(reference);
    return new Divergence(
        divergences.mean(),
        divergences.standardError(),
        new Sample(sameTop).mean(),
        new Percentiles(
            divergences.percentile(0.5),
            divergences.percentile(0.9),
            divergences.percentile(0.99),
            divergences.percentile(1)),
        increase.mean(),
        increase.standardError(),
        Perplexity.of(model, windows, windowing),
        Perplexity.of(reference, windows, windowing));
  }
}

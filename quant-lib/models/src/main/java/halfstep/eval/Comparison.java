package halfstep.eval;

import halfstep.eval.Divergence.Percentiles;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;

/** What a model and its reference said at each prediction; windows fill disjoint parts. */
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
   * Compares one window.
   *
   * @param expected logits of the reference; not modified
   * @param actual logits of the model; not modified
   * @param firstRow first row that is scored
   * @param at index of its prediction among all
   */
  void add(Matrix expected, Matrix actual, int[] window, int firstRow, int at) {
    int vocabulary = Math.toIntExact(expected.cols());
    LogSoftmax reference = new LogSoftmax(vocabulary);
    LogSoftmax model = new LogSoftmax(vocabulary);
    for (int r = firstRow; r < window.length - 1; r++) {
      int index = at + r - firstRow;
      double[] p = reference.of(expected, r);
      double[] q = model.of(actual, r);
      kl[index] = divergence(p, q);
      referenceNll[index] = -p[window[r + 1]];
      nll[index] = -q[window[r + 1]];
      sameTop[index] = reference.top() == model.top() ? 1 : 0;
    }
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

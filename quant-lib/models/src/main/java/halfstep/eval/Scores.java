package halfstep.eval;

import halfstep.metric.LogSoftmax;
import halfstep.metric.Prediction;
import java.util.Arrays;
import java.util.List;

/**
 * What a model, and a reference if there is one, said at each prediction; threads fill disjoint
 * parts.
 */
final class Scores {

  private final Basis basis;
  private final int[] windowStarts;
  private final double[] weights;
  private final double[] nll;
  private final double[] kl;
  private final double[] referenceNll;
  private final double[] sameTop;
  private final double[] deltaP;

  private Scores(Basis basis, int[] windowStarts, double[] weights) {
    int predictions = weights.length;
    this.basis = basis;
    this.windowStarts = windowStarts;
    this.weights = weights;
    this.nll = new double[predictions];
    this.kl = new double[predictions];
    this.referenceNll = new double[predictions];
    this.sameTop = new double[predictions];
    this.deltaP = new double[predictions];
  }

  /** Room for the predictions of a cut. */
  static Scores of(Cut cut, Windowing windowing) {
    int[] starts = new int[cut.count() + 1];
    double[] weights = new double[cut.predictions()];
    for (int w = 0; w < cut.count(); w++) {
      starts[w + 1] = cut.start(w + 1);
      Arrays.fill(weights, starts[w], starts[w + 1], cut.place(w).weight());
    }
    return new Scores(cut.basis(windowing), starts, weights);
  }

  /**
   * Several texts as one; each keeps its windows.
   *
   * @param parts by one protocol, at least one
   */
  static Scores together(List<Scores> parts) {
    int windows = parts.stream().mapToInt(part -> part.basis.windows()).sum();
    int[] starts = new int[windows + 1];
    int window = 0;
    int offset = 0;
    for (Scores part : parts) {
      for (int w = 1; w < part.windowStarts.length; w++) {
        starts[++window] = offset + part.windowStarts[w];
      }
      offset += part.weights.length;
    }
    Scores all =
        new Scores(
            Basis.together(parts.stream().map(part -> part.basis).toList()),
            starts,
            new double[offset]);
    int at = 0;
    for (Scores part : parts) {
      part.copyInto(all, at);
      at += part.weights.length;
    }
    return all;
  }

  private void copyInto(Scores all, int at) {
    System.arraycopy(weights, 0, all.weights, at, weights.length);
    System.arraycopy(nll, 0, all.nll, at, nll.length);
    System.arraycopy(kl, 0, all.kl, at, kl.length);
    System.arraycopy(referenceNll, 0, all.referenceNll, at, referenceNll.length);
    System.arraycopy(sameTop, 0, all.sameTop, at, sameTop.length);
    System.arraycopy(deltaP, 0, all.deltaP, at, deltaP.length);
  }

  /**
   * One prediction without a reference.
   *
   * @param model its row; not modified
   * @param next the token that followed
   * @param index of the prediction among all
   */
  void add(LogSoftmax model, int next, int index) {
    nll[index] = -model.logs()[next];
  }

  /** One prediction beside the reference's. */
  void add(Prediction prediction, int index) {
    nll[index] = prediction.nll();
    referenceNll[index] = prediction.referenceNll();
    kl[index] = prediction.kl();
    deltaP[index] = prediction.deltaP();
    sameTop[index] = prediction.sameTop() ? 1 : 0;
  }

  Perplexity perplexity() {
    return Perplexity.of(new Sample(nll, weights), basis);
  }

  Divergence divergence() {
    Sample divergences = new Sample(kl);
    Sample model = new Sample(nll, weights);
    Sample reference = new Sample(referenceNll, weights);
    Sample changes = new Sample(deltaP);
    return new Divergence(
        Estimate.meanOf(divergences),
        Divergence.Percentiles.of(divergences.sorted()),
        Estimate.shareOf(new Sample(sameTop)),
        Estimate.meanOf(changes),
        changes.rms(),
        Estimate.meanOf(model.minus(reference)),
        Perplexity.of(model, basis),
        Perplexity.of(reference, basis),
        new PerWindow(divergences.partMeans(windowStarts)),
        new PerWindow(model.partMeans(windowStarts)));
  }
}

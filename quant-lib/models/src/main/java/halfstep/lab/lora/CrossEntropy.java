package halfstep.lab.lora;

import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;

/**
 * The mean negative log-likelihood of each token after those before it, and its slope {@code
 * (softmax − one-hot) / n}.
 *
 * @param loss in nats
 * @param slope ∂loss/∂logits, {@code tokens × vocabulary}
 */
record CrossEntropy(double loss, Matrix slope) {

  private static final int ROWS = 32;

  /**
   * @param logits {@code tokens × vocabulary}; overwritten with their slope
   * @param windows to which the rows belong; the last row of each predicts nothing
   */
  static CrossEntropy of(Matrix logits, TokenWindows windows) {
    int rows = windows.tokens();
    int[] next = new int[rows];
    for (int w = 0; w < windows.count(); w++) {
      int[] window = windows.window(w);
      for (int p = 0; p < window.length; p++) {
        next[windows.start(w) + p] = p + 1 < window.length ? window[p + 1] : -1;
      }
    }
    int predictions = rows - windows.count();
    double[] losses = new double[rows];
    Parallel.blocks(
        Math.ceilDiv(rows, ROWS),
        "the loss",
        block -> {
          int to = (int) Math.min(rows, (block + 1) * ROWS);
          for (int row = (int) block * ROWS; row < to; row++) {
            losses[row] = row(logits, row, next[row], predictions);
          }
        });
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return new CrossEntropy(sum / predictions, logits);
  }

  private static double row(Matrix logits, int number, int next, int predictions) {
    float[] row = new float[Math.toIntExact(logits.cols())];
    if (next < 0) {
      logits.write((long) number * row.length, row, 0, row.length);
      return 0;
    }
    logits.read((long) number * row.length, row, 0, row.length);
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : row) {
      most = Math.max(most, logit);
    }
    double loss = most - row[next];
    double sum = 0;
    double[] powers = new double[row.length];
    for (int token = 0; token < row.length; token++) {
      powers[token] = Math.exp((double) row[token] - most);
      sum += powers[token];
    }
    for (int token = 0; token < row.length; token++) {
      double target = token == next ? 1 : 0;
      row[token] = (float) ((powers[token] / sum - target) / predictions);
    }
    logits.write((long) number * row.length, row, 0, row.length);
    return loss + Math.log(sum);
  }
}

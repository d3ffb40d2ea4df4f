package halfstep.awq;

import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.List;

/**
 * How large each input channel's weights are beside their group's largest: the mean over all rows
 * of {@code |w| / (max|w| of its group + 1e-6)} (reference: AutoAWQ {@code quantize/quantizer.py},
 * w_mean).
 */
final class WeightMagnitude {

  private WeightMagnitude() {}

  /**
   * @param linears layers that share their input, each {@code out × in}; not modified
   * @param specs how each layer is grouped
   * @return one mean per input channel, each in [0, 1)
   */
  static float[] mean(List<Matrix> linears, List<QuantSpec> specs) {
    int in = Math.toIntExact(linears.getFirst().cols());
    double[] sums = new double[in];
    long rows = 0;
    for (int layer = 0; layer < linears.size(); layer++) {
      Matrix w = linears.get(layer);
      Grouping grouping = specs.get(layer).grouping(w.shape());
      float[] row = new float[in];
      for (long r = 0; r < w.rows(); r++) {
        w.read(r * in, row, 0, in);
        for (int from = 0; from < in; from += grouping.size()) {
          addGroup(row, from, grouping.size(), sums);
        }
      }
      rows += w.rows();
    }
    float[] means = new float[in];
    for (int c = 0; c < in; c++) {
      means[c] = (float) (sums[c] / rows);
    }
    return means;
  }

  private static void addGroup(float[] row, int from, int size, double[] sums) {
    float most = 0;
    for (int c = from; c < from + size; c++) {
      most = Math.max(most, Math.abs(row[c]));
    }
    for (int c = from; c < from + size; c++) {
      sums[c] += Math.abs(row[c]) / (most + 1e-6f);
    }
  }
}

package halfstep.calib;

import halfstep.quant.FiniteCheck;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;

/**
 * Running statistics of what flows into a linear layer, {@code tokens × in}: sums only, so that
 * calibration text of any length fits. The order of batches does not matter beyond the rounding of
 * a double sum.
 */
public final class Activations {

  private final double[] absoluteSums;
  private long tokens;

  /**
   * @param channels number of input channels, at least 1
   */
  public Activations(int channels) {
    absoluteSums = new double[channels];
  }

  /** The statistics of one batch. */
  public static Activations of(Matrix batch) {
    Activations activations = new Activations(Math.toIntExact(batch.cols()));
    activations.add(batch);
    return activations;
  }

  /**
   * Adds a batch.
   *
   * @param batch inputs of the layer, {@code tokens × in}; not modified
   * @throws ShapeException if the number of channels differs
   */
  public void add(Matrix batch) {
    if (batch.cols() != absoluteSums.length) {
      throw new ShapeException(
          "activations of %s have %d channels, but earlier ones had %d"
              .formatted(batch.shape(), batch.cols(), absoluteSums.length));
    }
    FiniteCheck.require(batch, "activations");
    float[] row = new float[absoluteSums.length];
    for (long token = 0; token < batch.rows(); token++) {
      batch.read(token * row.length, row, 0, row.length);
      for (int c = 0; c < row.length; c++) {
        absoluteSums[c] += Math.abs(row[c]);
      }
    }
    tokens += batch.rows();
  }

  /** Number of input channels. */
  public int channels() {
    return absoluteSums.length;
  }

  /** Number of tokens seen. */
  public long tokens() {
    return tokens;
  }

  /**
   * Mean of |x| per channel, a new array.
   *
   * @throws IllegalStateException if no token was seen
   */
  public float[] meanAbsolute() {
    if (tokens == 0) {
      throw new IllegalStateException(
          "no token reached this layer; calibrate with more or longer text");
    }
    float[] means = new float[absoluteSums.length];
    for (int c = 0; c < means.length; c++) {
      means[c] = (float) (absoluteSums[c] / tokens);
    }
    return means;
  }

  @Override
  public String toString() {
    return "Activations of %d channels over %d tokens".formatted(channels(), tokens);
  }
}

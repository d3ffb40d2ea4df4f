package halfstep.calib;

import halfstep.quant.FiniteCheck;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Running statistics of what flows into a linear layer, {@code tokens × in}: sums only, so that
 * calibration text of any length fits. The order of batches does not matter beyond the rounding of
 * a double sum. Tokens are counted as they arrive, so {@link #tokens()} is what this layer really
 * saw, not what was meant for it.
 */
public final class Activations {

  private static final int CHECK_EVERY = 64;

  private final double[] absoluteSums;
  private final double[] squareSums;
  private long tokens;

  /**
   * @param channels number of input channels, at least 1
   */
  public Activations(int channels) {
    absoluteSums = new double[channels];
    squareSums = new double[channels];
  }

  /** The statistics of one batch. */
  public static Activations of(Matrix batch) {
    Activations activations = new Activations(Math.toIntExact(batch.cols()));
    activations.add(batch);
    return activations;
  }

  /**
   * The statistics of each of several stretches of rows, such as calibration windows.
   *
   * @param inputs {@code tokens × in}; not modified
   * @param lengths rows of each stretch, in order; 0 is a stretch from which no token came
   * @return one per stretch; {@link #merged} makes one of them
   * @throws ShapeException if the lengths do not add up to the rows
   */
  public static List<Activations> perWindow(Matrix inputs, int... lengths) {
    long total = 0;
    for (int length : lengths) {
      total += length;
    }
    if (total != inputs.rows()) {
      throw new ShapeException(
          "%d windows hold %d tokens, but the inputs are %s; one row per token"
              .formatted(lengths.length, total, inputs.shape()));
    }
    List<Activations> windows = new ArrayList<>();
    long from = 0;
    for (int length : lengths) {
      Activations window = new Activations(Math.toIntExact(inputs.cols()));
      if (length > 0) {
        window.add(inputs.rows(from, from + length));
      }
      windows.add(window);
      from += length;
    }
    return windows;
  }

  /**
   * One statistic of all: what the batches would have given in one.
   *
   * @param parts at least one; not modified
   * @throws ShapeException if their channels differ
   */
  public static Activations merged(List<Activations> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("there are no activations to merge; give at least one");
    }
    Activations all = new Activations(parts.getFirst().channels());
    for (Activations part : parts) {
      all.requireChannels(part.channels(), "activations of %d tokens".formatted(part.tokens));
      for (int c = 0; c < all.channels(); c++) {
        all.absoluteSums[c] += part.absoluteSums[c];
        all.squareSums[c] += part.squareSums[c];
      }
      all.tokens += part.tokens;
    }
    return all;
  }

  /**
   * Adds a batch.
   *
   * @param batch inputs of the layer, {@code tokens × in}; not modified
   * @throws ShapeException if the number of channels differs
   * @throws halfstep.quant.NonFiniteException if a value is NaN or infinite; nothing is added then
   */
  public void add(Matrix batch) {
    requireChannels(batch.cols(), "activations of %s".formatted(batch.shape()));
    FiniteCheck.require(batch, "activations");
    float[] row = new float[absoluteSums.length];
    for (long token = 0; token < batch.rows(); token++) {
      if (token % CHECK_EVERY == 0) {
        Parallel.checkInterrupt("activation statistics");
      }
      batch.read(token * row.length, row, 0, row.length);
      for (int c = 0; c < row.length; c++) {
        double x = row[c];
        absoluteSums[c] += Math.abs(x);
        squareSums[c] += x * x;
      }
    }
    tokens += batch.rows();
  }

  private void requireChannels(long channels, String what) {
    if (channels != absoluteSums.length) {
      throw new ShapeException(
          "%s have %d channels, but earlier ones had %d"
              .formatted(what, channels, absoluteSums.length));
    }
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
    return means(absoluteSums);
  }

  /**
   * Mean of x² per channel, a new array: what an error in a channel's weights costs, if channels
   * were uncorrelated.
   *
   * @throws IllegalStateException if no token was seen
   */
  public float[] meanSquare() {
    return means(squareSums);
  }

  private float[] means(double[] sums) {
    if (tokens == 0) {
      throw new IllegalStateException(
          "no token reached this layer; calibrate with more or longer text");
    }
    float[] means = new float[sums.length];
    for (int c = 0; c < means.length; c++) {
      means[c] = (float) (sums[c] / tokens);
    }
    return means;
  }

  @Override
  public String toString() {
    return "Activations of %d channels over %d tokens".formatted(channels(), tokens);
  }
}

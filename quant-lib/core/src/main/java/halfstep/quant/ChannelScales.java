package halfstep.quant;

import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.Arrays;
import java.util.Locale;

/** One positive factor per input channel; immutable. */
public final class ChannelScales {

  private final float[] values;

  private ChannelScales(float[] values) {
    this.values = values;
  }

  /** A copy of {@code values}, one per channel. */
  public static ChannelScales of(float[] values) {
    return new ChannelScales(values.clone());
  }

  /** The scales that change nothing. */
  public static ChannelScales ones(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1f);
    return new ChannelScales(ones);
  }

  /** The factor of a channel. */
  public float get(int channel) {
    return values[channel];
  }

  /** Number of channels. */
  public int channels() {
    return values.length;
  }

  /** A new array of all factors. */
  public float[] toArray() {
    return values.clone();
  }

  /** Multiplies each column of {@code weights}, {@code out × in}, by its channel's factor. */
  public void multiply(Matrix weights) {
    scaleColumns(weights, false);
  }

  /** Divides each column of {@code weights}, {@code out × in}, by its channel's factor. */
  public void divide(Matrix weights) {
    scaleColumns(weights, true);
  }

  /** Divides one row of weights. */
  void divide(float[] row) {
    for (int c = 0; c < row.length; c++) {
      row[c] /= values[c];
    }
  }

  private void scaleColumns(Matrix weights, boolean inverse) {
    if (weights.cols() != values.length) {
      throw new ShapeException(
          "weights of %s have %d input channels, but there are %d channel scales"
              .formatted(weights.shape(), weights.cols(), values.length));
    }
    float[] row = new float[values.length];
    for (long r = 0; r < weights.rows(); r++) {
      weights.read(r * row.length, row, 0, row.length);
      for (int c = 0; c < row.length; c++) {
        row[c] = inverse ? row[c] / values[c] : row[c] * values[c];
      }
      weights.write(r * row.length, row, 0, row.length);
    }
  }

  @Override
  public String toString() {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT,
        "%d channel scales, %.3f … %.3f",
        values.length,
        sorted[0],
        sorted[sorted.length - 1]);
  }
}

package halfstep.linear;

import halfstep.linear.LinearInputs.Form;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Sums;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lays rows of inputs out for the kernels of one layer, once for all its tiles. */
final class InputPreparation {

  private static final int FOUR = LinearKernel.FOUR;

  /** 2^−31 times this is the least float32 of full precision. */
  private static final float LEAST_DIVISIBLE = 0x1p-95f;

  private final int in;
  private final int size;
  private final int padded;
  private final int groups;
  private final float @Nullable [] channelScales;

  /** 2^−place of each code of a group. */
  private final float[] powers;

  /**
   * @param size inputs of a group
   * @param bits of a code
   */
  InputPreparation(QuantizedMatrix weights, int size, int bits) {
    ChannelScales scales = weights.channelScales();
    this.in = Math.toIntExact(weights.shape().cols());
    this.size = size;
    this.padded = WordTile.padded(size);
    this.groups = in / size;
    this.channelScales = scales == null ? null : scales.toArray();
    this.powers = new float[size];
    for (int i = 0; i < size; i++) {
      powers[i] = Math.scalb(1f, -WordTile.place(bits, i));
    }
  }

  /** For words: by fours, and what is left one by one. */
  List<LinearInputs> words(Matrix x) {
    List<LinearInputs> all = new ArrayList<>();
    long row = 0;
    while (row + 2 < x.rows()) { // three rows take longer one by one than as four
      float[][] rows = new float[(int) Math.min(FOUR, x.rows() - row)][];
      for (int r = 0; r < rows.length; r++) {
        rows[r] = divided(x.row(row + r));
      }
      all.add(sideBySide(row, rows));
      row += rows.length;
    }
    for (; row < x.rows(); row++) {
      float[] one = divided(x.row(row));
      all.add(isDivisible(one) ? inPlace(row, one) : sideBySide(row, one));
    }
    return all;
  }

  /** For bit planes. */
  List<LinearInputs> planes(Matrix x) {
    List<LinearInputs> all = new ArrayList<>();
    for (long row = 0; row < x.rows(); row++) {
      float[] one = divided(x.row(row));
      all.add(new LinearInputs(Form.TABLES, row, 1, new float[0], tables(one), sums(one)));
    }
    return all;
  }

  /** Inputs over the layer's channel scales; {@code x} is overwritten. */
  private float[] divided(float[] x) {
    if (channelScales != null) {
      for (int c = 0; c < in; c++) {
        x[c] /= channelScales[c];
      }
    }
    return x;
  }

  /** Whether 2^−31 times each input is exact. */
  private static boolean isDivisible(float[] x) {
    for (float value : x) {
      if (value != 0 && Math.abs(value) < LEAST_DIVISIBLE) {
        return false;
      }
    }
    return true;
  }

  private float[] sums(float[] x) {
    float[] sums = new float[groups];
    for (int group = 0; group < groups; group++) {
      sums[group] = Sums.sum(x, group * size, size);
    }
    return sums;
  }

  private LinearInputs inPlace(long row, float[] x) {
    float[] values = new float[groups * padded];
    for (int group = 0; group < groups; group++) {
      for (int i = 0; i < size; i++) {
        values[group * padded + i] = x[group * size + i] * powers[i];
      }
    }
    return new LinearInputs(Form.ONE, row, 1, values, new int[0], sums(x));
  }

  private LinearInputs sideBySide(long row, float[]... x) {
    float[] values = new float[FOUR * groups * padded];
    float[] sums = new float[FOUR * groups];
    for (int r = 0; r < x.length; r++) {
      for (int group = 0; group < groups; group++) {
        sums[FOUR * group + r] = Sums.sum(x[r], group * size, size);
        for (int i = 0; i < size; i++) {
          values[FOUR * (group * padded + i) + r] = x[r][group * size + i];
        }
      }
    }
    return new LinearInputs(Form.FOUR, row, x.length, values, new int[0], sums);
  }

  /** Σ of each subset of four neighbours: (x₀ + x₁) + (x₂ + x₃), without those not in it. */
  private static int[] tables(float[] x) {
    int[] tables = new int[4 * x.length];
    for (int i = 0; i < x.length; i += LinearKernel.NIBBLE) {
      for (int subset = 0; subset < 16; subset++) {
        float low = ((subset & 1) == 0 ? 0 : x[i]) + ((subset & 2) == 0 ? 0 : x[i + 1]);
        float high = ((subset & 4) == 0 ? 0 : x[i + 2]) + ((subset & 8) == 0 ? 0 : x[i + 3]);
        tables[4 * i + subset] = Float.floatToRawIntBits(low + high);
      }
    }
    return tables;
  }
}

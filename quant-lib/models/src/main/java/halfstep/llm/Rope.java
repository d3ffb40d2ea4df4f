package halfstep.llm;

import halfstep.forward.DecoderWeights.Rotation;
import halfstep.llm.ModelConfig.RopeScaling;
import halfstep.tensor.Matrix;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding: pair {@code (x_i, x_{i+d/2})} of each head turns by {@code position ·
 * θ^(−2i/d)} (reference: transformers {@code models/llama/modeling_llama.py}, rotate_half).
 */
public final class Rope {

  /** cos and sin by position: arrays of {@code headDim / 2}. */
  private static final class Table {
    private final float[][] cos;
    private final float[][] sin;

    Table(float[] frequencies, int positions) {
      cos = new float[positions][frequencies.length];
      sin = new float[positions][frequencies.length];
      for (int p = 0; p < positions; p++) {
        for (int i = 0; i < frequencies.length; i++) {
          float angle = p * frequencies[i];
          cos[p][i] = (float) Math.cos(angle);
          sin[p][i] = (float) Math.sin(angle);
        }
      }
    }
  }

  private final int headDim;
  private final float[] frequencies;
  private final AtomicReference<Table> longest;

  /** The rotation of a model's queries and keys. */
  public Rope(ModelConfig config) {
    this.headDim = config.headDim();
    this.frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float frequency = 1f / (float) Math.pow(config.rotary().theta(), (float) (2 * i) / headDim);
      frequencies[i] = stretched(frequency, config.rotary().scaling());
    }
    this.longest = new AtomicReference<>(new Table(frequencies, 0));
  }

  /** Llama 3's rule (reference: transformers {@code modeling_rope_utils.py}). */
  private static float stretched(float frequency, @Nullable RopeScaling scaling) {
    if (scaling == null) {
      return frequency;
    }
    double wave = 2 * Math.PI / frequency;
    if (wave < scaling.originalPositions() / scaling.highFrequencyFactor()) {
      return frequency;
    }
    float slowed = (float) (frequency / scaling.factor());
    if (wave > scaling.originalPositions() / scaling.lowFrequencyFactor()) {
      return slowed;
    }
    double blend =
        (scaling.originalPositions() / wave - scaling.lowFrequencyFactor())
            / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
    return (float) ((1 - blend) * slowed + blend * frequency);
  }

  /**
   * Turns each row by its position in its window.
   *
   * @param x queries or keys, {@code tokens × heads·headDim}; overwritten
   * @param first position of each window's first token
   */
  public void turn(Matrix x, TokenWindows windows, int first) {
    turn(x, windows, first, 1);
  }

  /** The way back, which is also how gradients go: turns each row by minus its position. */
  public void turnBack(Matrix x, TokenWindows windows, int first) {
    turn(x, windows, first, -1);
  }

  private void turn(Matrix x, TokenWindows windows, int first, int sense) {
    Table table = table(first + windows.longest());
    Rows.each(
        windows.count(),
        windows.longest() * x.cols(),
        (from, to) -> {
          float[] row = new float[Math.toIntExact(x.cols())];
          for (int w = (int) from; w < to; w++) {
            for (int p = 0; p < windows.length(w); p++) {
              long at = (long) (windows.start(w) + p) * row.length;
              x.read(at, row, 0, row.length);
              turnRow(row, table.cos[first + p], table.sin[first + p], sense);
              x.write(at, row, 0, row.length);
            }
          }
        });
  }

  private void turnRow(float[] row, float[] cos, float[] sin, int sense) {
    int half = headDim / 2;
    for (int head = 0; head < row.length; head += headDim) {
      for (int i = 0; i < half; i++) {
        float first = row[head + i];
        float second = row[head + half + i];
        float sine = sense * sin[i];
        row[head + i] = first * cos[i] - second * sine;
        row[head + half + i] = second * cos[i] + first * sine;
      }
    }
  }

  /** The angles of positions 0 to {@code positions − 1}, for a device; new matrices. */
  Rotation rotation(int positions) {
    Table table = table(positions);
    Matrix cosines = Matrix.zeros(positions, frequencies.length);
    Matrix sines = Matrix.zeros(positions, frequencies.length);
    for (int p = 0; p < positions; p++) {
      cosines.write((long) p * frequencies.length, table.cos[p], 0, frequencies.length);
      sines.write((long) p * frequencies.length, table.sin[p], 0, frequencies.length);
    }
    return new Rotation(cosines, sines);
  }

  private Table table(int positions) {
    Table known = longest.get();
    if (known.cos.length >= positions) {
      return known;
    }
    // twice as long, or a text that grows token by token would compute it anew for each
    Table longer = new Table(frequencies, Math.max(positions, 2 * known.cos.length));
    longest.set(longer);
    return longer;
  }
}

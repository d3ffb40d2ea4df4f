package halfstep.awq;

import halfstep.calib.Activations;
import halfstep.metric.OutputError;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What it saves to leave a few input channels in full precision, and who should choose them: the
 * question that AWQ starts from (<a href="https://arxiv.org/abs/2306.00978">paper</a>, section 3.1
 * and table 1).
 *
 * @param kept how many channels stay in full precision
 * @param channels of how many
 * @param none the error when all are quantized
 * @param byActivation channels with the largest mean |x| are kept
 * @param byWeight channels whose weights have the largest l_2 norm are kept
 * @param atRandom channels drawn by chance are kept, a draw each
 */
public record Protection(
    int kept,
    int channels,
    OutputError none,
    OutputError byActivation,
    OutputError byWeight,
    List<OutputError> atRandom) {

  /** Takes a copy of the draws. */
  public Protection {
    atRandom = List.copyOf(atRandom);
  }

  /**
   * Measures all ways on one layer.
   *
   * @param inputs {@code tokens × in}; not modified
   * @param w weights, {@code out × in}; not modified
   * @param quantized the same weights quantized and back, {@code out × in}; not modified
   * @param fraction share of the channels to keep, 0 to 1; at least one channel is kept
   * @param draws how often to draw channels by chance, at least 1
   * @throws ShapeException if the shapes do not agree
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Protection of(
      Matrix inputs,
      Matrix w,
      Matrix quantized,
      double fraction,
      int draws,
      RandomGenerator random) {
    quantized.requireShape(w.shape(), "the weights' matrix");
    if (draws < 1) {
      throw new IllegalArgumentException("%d draws; at least 1 is needed".formatted(draws));
    }
    int[] loudest = Salience.of(Activations.of(inputs)).top(fraction);
    int kept = loudest.length;
    List<OutputError> chance = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      chance.add(keeping(inputs, w, quantized, drawn(w.cols(), kept, random)));
    }
    return new Protection(
        kept,
        Math.toIntExact(w.cols()),
        keeping(inputs, w, quantized),
        keeping(inputs, w, quantized, loudest),
        keeping(inputs, w, quantized, heaviest(w, kept)),
        chance);
  }

  /** Mean relative error over the draws. */
  public double meanAtRandom() {
    return atRandom.stream().mapToDouble(OutputError::relative).average().orElse(Double.NaN);
  }

  private static OutputError keeping(Matrix inputs, Matrix w, Matrix quantized, int... kept) {
    Parallel.checkInterrupt("protecting channels");
    Matrix mixed = quantized.copy();
    for (int channel : kept) {
      for (long row = 0; row < w.rows(); row++) {
        mixed.set(row, channel, w.get(row, channel));
      }
    }
    return OutputError.of(inputs, w, mixed);
  }

  /** Channels by the sum of their squared weights, largest first. */
  private static int[] heaviest(Matrix w, int count) {
    double[] squares = new double[Math.toIntExact(w.cols())];
    float[] row = new float[squares.length];
    for (long r = 0; r < w.rows(); r++) {
      w.read(r * squares.length, row, 0, row.length);
      for (int c = 0; c < row.length; c++) {
        squares[c] += (double) row[c] * row[c];
      }
    }
    return IntStream.range(0, squares.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> -squares[c]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Different channels: the first of a shuffle (Fisher and Yates). */
  private static int[] drawn(long channels, int count, RandomGenerator random) {
    int[] all = IntStream.range(0, Math.toIntExact(channels)).toArray();
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i, all.length);
      int swapped = all[i];
      all[i] = all[other];
      all[other] = swapped;
    }
    return Arrays.copyOf(all, count);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "relative output error %.4f; keeping %d of %d channels by activation %.4f, by weight %.4f, at random %.4f",
        none.relative(),
        kept,
        channels,
        byActivation.relative(),
        byWeight.relative(),
        meanAtRandom());
  }
}

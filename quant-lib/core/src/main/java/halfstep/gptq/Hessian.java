package halfstep.gptq;

import halfstep.quant.FiniteCheck;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;

/**
 * The second derivative of a layer's squared output error, {@code H = (2/N)·XᵀX}, as a running mean
 * over batches, so that calibration text of any length fits.
 *
 * <p>{@code N} counts sequences, not tokens, as in the reference: batches of unequal length weigh
 * by their tokens all the same, and a factor common to all of {@code H} changes no code. Memory:
 * {@code 4·in²} bytes, and the same again for a moment while a batch is added.
 *
 * @see <a href="https://arxiv.org/abs/2210.17323">GPTQ, section 3</a>; reference: IST-DASLab/gptq
 *     {@code gptq.py}, add_batch
 */
public final class Hessian {

  private static final int PANEL = 256;
  private static final int TOKENS = 4096;

  private final Matrix h;
  private long sequences;
  private long tokens;
  private boolean broken;

  /**
   * A Hessian that has seen nothing.
   *
   * @param channels number of the layer's inputs, at least 1
   */
  public Hessian(int channels) {
    h = Matrix.zeros(channels, channels);
  }

  /** The Hessian of one sequence. */
  public static Hessian of(Matrix inputs) {
    Hessian hessian = new Hessian(Math.toIntExact(inputs.cols()));
    hessian.add(inputs, 1);
    return hessian;
  }

  /**
   * Adds a batch: {@code H ← H·N/(N+n); N ← N+n; H ← H + (2/N)·XᵀX}.
   *
   * @param inputs of the layer, {@code tokens × in}; not modified
   * @param count how many sequences the tokens come from, n; at least 1
   * @throws ShapeException if the number of channels differs
   * @throws halfstep.quant.NonFiniteException if an input is NaN or infinite
   * @throws halfstep.tensor.InterruptedWork if interrupted; if part of the batch was added by then,
   *     this Hessian is of no use
   */
  public void add(Matrix inputs, int count) {
    if (inputs.cols() != h.cols()) {
      throw new ShapeException(
          "activations of %s have %d channels, but the Hessian has %d"
              .formatted(inputs.shape(), inputs.cols(), h.cols()));
    }
    if (count < 1) {
      throw new IllegalArgumentException("%d sequences are none; at least 1".formatted(count));
    }
    requireWhole();
    FiniteCheck.require(inputs, "activations");
    float decay = (float) ((double) sequences / (sequences + count));
    float scale = (float) Math.sqrt(2.0 / (sequences + count));
    broken = true;
    for (long from = 0; from < inputs.rows(); from += TOKENS) {
      long to = Math.min(inputs.rows(), from + TOKENS);
      addProduct(scaledTransposed(inputs.rows(from, to), scale), from == 0 ? decay : 1f);
    }
    mirror();
    broken = false;
    sequences += count;
    tokens += inputs.rows();
  }

  /** Number of input channels. */
  public int channels() {
    return Math.toIntExact(h.cols());
  }

  /** Number of sequences seen: N. */
  public long sequences() {
    return sequences;
  }

  /** Number of tokens seen; fewer than channels leave the Hessian singular before damping. */
  public long tokens() {
    return tokens;
  }

  /**
   * {@code H}, {@code in × in}, symmetric; shared, not to be modified.
   *
   * @throws IllegalStateException if no batch was added, or one only in part
   */
  public Matrix matrix() {
    requireWhole();
    if (tokens == 0) {
      throw new IllegalStateException(
          "no token reached this layer; calibrate with more or longer text");
    }
    return h;
  }

  boolean isBroken() {
    return broken;
  }

  private void requireWhole() {
    if (broken) {
      throw new IllegalStateException(
          "this Hessian was interrupted while a batch was added, so that it holds part of it;"
              + " start a new one");
    }
  }

  /** {@code scale · Xᵀ}, {@code in × tokens}, the operand of a plain matrix product. */
  private static Matrix scaledTransposed(Matrix x, float scale) {
    Matrix transposed = Matrix.zeros(x.cols(), x.rows());
    int rows = Math.toIntExact(x.rows());
    long panels = Math.ceilDiv(x.cols(), PANEL);
    Parallel.blocks(
        panels,
        "the Hessian",
        panel -> {
          long first = panel * PANEL;
          int cols = (int) Math.min(PANEL, x.cols() - first);
          float[][] lines = new float[cols][rows];
          float[] part = new float[cols];
          for (int r = 0; r < rows; r++) {
            x.read(r * x.cols() + first, part, 0, cols);
            for (int c = 0; c < cols; c++) {
              lines[c][r] = part[c] * scale;
            }
          }
          for (int c = 0; c < cols; c++) {
            transposed.write((first + c) * rows, lines[c], 0, rows);
          }
        });
    return transposed;
  }

  /** {@code H ← decay·H + X̃·X̃ᵀ} on and below the diagonal. */
  private void addProduct(Matrix x, float decay) {
    for (long first = 0; first < h.rows(); first += PANEL) {
      long end = Math.min(h.rows(), first + PANEL);
      Matrix product = Matmul.timesTransposed(x.rows(first, end), x.rows(0, end));
      float[] sum = new float[Math.toIntExact(end)];
      float[] line = new float[sum.length];
      for (long r = first; r < end; r++) {
        h.read(r * h.cols(), line, 0, line.length);
        product.read((r - first) * end, sum, 0, sum.length);
        for (int c = 0; c < line.length; c++) {
          line[c] = line[c] * decay + sum[c];
        }
        h.write(r * h.cols(), line, 0, line.length);
      }
    }
  }

  /** Copies what lies below the diagonal to above it. */
  private void mirror() {
    long cols = h.cols();
    Parallel.blocks(
        Math.ceilDiv(cols, PANEL),
        "the Hessian",
        panel -> {
          long first = panel * PANEL;
          int width = (int) Math.min(PANEL, cols - first);
          float[][] lines = new float[width][Math.toIntExact(cols - first)];
          float[] part = new float[width];
          for (long r = first; r < cols; r++) {
            h.read(r * cols + first, part, 0, width);
            for (int c = 0; c < width; c++) {
              lines[c][(int) (r - first)] = part[c];
            }
          }
          for (int c = 0; c < width; c++) {
            int done = c + 1;
            h.write((first + c) * cols + first + done, lines[c], done, lines[c].length - done);
          }
        });
  }

  @Override
  public String toString() {
    return "Hessian of %d channels over %d tokens in %d sequences"
        .formatted(channels(), tokens, sequences);
  }
}

package halfstep.tensor;

import halfstep.backend.Devices;

/**
 * A running sum of Gram matrices, {@code G = Σ XᵀX}: how the channels of a layer's inputs go
 * together. A layer's squared output error is a form of it, whatever the number of tokens: {@code
 * ‖X·Dᵀ‖² = tr(D·G·Dᵀ)}.
 *
 * <p>Memory: {@code 4·in²} bytes, and as much again for a moment while inputs are added.
 */
public final class GramSum {

  private static final String WORK = "a Gram matrix";

  /** Rows of G that are one product; at most {@link Matmul#FEW_ROWS} are summed as such. */
  public static final int PANEL = 256;

  /** Tokens whose sum is taken before it is added to G. */
  public static final int TOKENS = 4096;

  private final Matrix g;

  /**
   * A sum of nothing.
   *
   * @param channels number of a layer's inputs, at least 1
   */
  public GramSum(int channels) {
    g = Matrix.zeros(channels, channels);
  }

  /** The Gram matrix of one set of inputs. */
  public static Matrix of(Matrix inputs) {
    GramSum sum = new GramSum(Math.toIntExact(inputs.cols()));
    sum.add(inputs, 1f, 1f);
    return sum.g;
  }

  /** Number of channels. */
  public int channels() {
    return Math.toIntExact(g.cols());
  }

  /** {@code in × in}, symmetric; shared, not to be modified. */
  public Matrix matrix() {
    return g;
  }

  /**
   * {@code G ← decay·G + scale²·XᵀX}, on the device that this thread's work goes to if it has a
   * kernel for it.
   *
   * @param inputs {@code tokens × in}; not modified
   * @throws ShapeException if the number of channels differs
   * @throws InterruptedWork if interrupted; the sum then holds some of the inputs and is of no use
   */
  public void add(Matrix inputs, float scale, float decay) {
    if (inputs.cols() != g.cols()) {
      throw new ShapeException(
          "inputs of %s have %d channels, but the Gram matrix has %d"
              .formatted(inputs.shape(), inputs.cols(), g.cols()));
    }
    boolean there =
        Devices.kernel(GramDevice.class)
            .map(device -> device.add(inputs, scale, decay, g))
            .orElse(false);
    if (!there) {
      addHere(inputs, scale, decay);
    }
    mirror();
  }

  private void addHere(Matrix inputs, float scale, float decay) {
    for (long from = 0; from < inputs.rows(); from += TOKENS) {
      long to = Math.min(inputs.rows(), from + TOKENS);
      addProduct(scaledTransposed(inputs.rows(from, to), scale), from == 0 ? decay : 1f);
      inputs.rows(from, to).leave();
    }
  }

  /** {@code scale · Xᵀ}, {@code in × tokens}, the operand of a plain matrix product. */
  private static Matrix scaledTransposed(Matrix x, float scale) {
    Matrix transposed = Matrix.zeros(x.cols(), x.rows());
    int rows = Math.toIntExact(x.rows());
    long panels = Math.ceilDiv(x.cols(), PANEL);
    Parallel.blocks(
        panels,
        WORK,
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

  /** {@code G ← decay·G + X̃·X̃ᵀ} on and below the diagonal. */
  private void addProduct(Matrix x, float decay) {
    for (long first = 0; first < g.rows(); first += PANEL) {
      long end = Math.min(g.rows(), first + PANEL);
      Matrix product = Matmul.timesTransposed(x.rows(first, end), x.rows(0, end));
      float[] sum = new float[Math.toIntExact(end)];
      float[] line = new float[sum.length];
      for (long r = first; r < end; r++) {
        g.read(r * g.cols(), line, 0, line.length);
        product.read((r - first) * end, sum, 0, sum.length);
        for (int c = 0; c < line.length; c++) {
          line[c] = line[c] * decay + sum[c];
        }
        g.write(r * g.cols(), line, 0, line.length);
      }
    }
  }

  /** Copies what lies below the diagonal to above it. */
  private void mirror() {
    long cols = g.cols();
    Parallel.blocks(
        Math.ceilDiv(cols, PANEL),
        WORK,
        panel -> {
          long first = panel * PANEL;
          int width = (int) Math.min(PANEL, cols - first);
          float[][] lines = new float[width][Math.toIntExact(cols - first)];
          float[] part = new float[width];
          for (long r = first; r < cols; r++) {
            g.read(r * cols + first, part, 0, width);
            for (int c = 0; c < width; c++) {
              lines[c][(int) (r - first)] = part[c];
            }
          }
          for (int c = 0; c < width; c++) {
            int done = c + 1;
            g.write((first + c) * cols + first + done, lines[c], done, lines[c].length - done);
          }
        });
  }
}

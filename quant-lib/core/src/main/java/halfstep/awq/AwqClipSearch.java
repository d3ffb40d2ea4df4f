package halfstep.awq;

import halfstep.backend.Devices;
import halfstep.quant.AffineGrid;
import halfstep.quant.Codes;
import halfstep.quant.FiniteCheck;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * AWQ's search for clip limits: for each group of each row, how far its largest weights may be cut
 * so that the finer grid gains more than the cut loses.
 *
 * <pre>
 * m₀ = max|w|,   m = m₀ · (1 − i/20),   i = 0 … 9
 * error = mean over tokens of (x · RTN(clamp(w, −m, m)) − x · w)²      (one group's part of x · w)
 * </pre>
 *
 * <p>Each group is judged by itself: that errors of a row's groups may cancel or add up is left
 * out, as in the libraries. With the difference of the weights d = ŵ − w and the inputs' Gram
 * matrix G = XᵀX / tokens of the group's channels, the error is dᵀGd: a product with g columns per
 * limit where the reference takes one with all tokens, and two. In exact arithmetic all are the
 * same.
 *
 * <p>Weights and inputs are those after scales were folded in: columns times s, inputs over s.
 *
 * @see <a href="https://arxiv.org/abs/2306.00978">AWQ</a>; reference: AutoAWQ {@code
 *     quantize/quantizer.py}, _compute_best_clip
 */
public final class AwqClipSearch {

  /**
   * Rows that are multiplied at a time: enough that laying out the inputs for a product costs
   * little beside it. Fewer may be left at the end, which decides the order of their sums, see
   * {@link Matmul#FEW_ROWS}.
   */
  public static final int ROWS = 128;

  private static final String WORK = "the AWQ clip search";

  private final Matrix w;
  private final QuantSpec spec;
  private final ClipGrid grid;
  private final Grouping grouping;
  private final int groupsPerRow;
  private final List<Matrix> grams;
  private final long tokens;

  /** The libraries' limits and sample. */
  public AwqClipSearch(Matrix w, QuantSpec spec, Matrix x) {
    this(w, spec, ClipGrid.DEFAULT, x);
  }

  /**
   * @param w weights with their scales folded in, {@code out × in}, any {@code out}; not modified
   * @param spec must group along axis 1 with integer zeros
   * @param x recorded inputs divided by the scales, {@code tokens × in}; a sample is copied
   * @throws halfstep.tensor.ShapeException if inputs or groups do not fit the weights
   * @throws halfstep.quant.NonFiniteException if weights or inputs are NaN or infinite
   */
  public AwqClipSearch(Matrix w, QuantSpec spec, ClipGrid grid, Matrix x) {
    AwqChecks.requireGrid(spec);
    AwqChecks.requireWeights(w, x.cols());
    FiniteCheck.require(x, "inputs");
    this.w = w;
    this.spec = spec;
    this.grid = grid;
    this.grouping = spec.grouping(w.shape());
    this.groupsPerRow = Math.toIntExact(grouping.paramShape().cols());
    this.tokens = Math.ceilDiv(x.rows(), grid.stride(x.rows()));
    this.grams = sample(x).stream().map(this::gram).toList();
  }

  /** XᵀX / tokens of one group's channels, {@code g × g}, from {@code g × tokens}. */
  private Matrix gram(Matrix transposed) {
    Matrix gram = Matmul.timesTransposed(transposed, transposed);
    for (long i = 0; i < gram.size(); i++) {
      gram.put(i, gram.at(i) / tokens);
    }
    return gram;
  }

  /** Every stride-th token, cut into the channels of each group: {@code g × tokens} each. */
  private List<Matrix> sample(Matrix x) {
    long stride = grid.stride(x.rows());
    int taken = Math.toIntExact(tokens);
    int size = grouping.size();
    float[][] channels = new float[Math.toIntExact(x.cols())][taken];
    float[] row = new float[channels.length];
    for (int t = 0; t < taken; t++) {
      x.read(t * stride * row.length, row, 0, row.length);
      for (int c = 0; c < row.length; c++) {
        channels[c][t] = row[c];
      }
    }
    List<Matrix> parts = new ArrayList<>();
    for (int g = 0; g < groupsPerRow; g++) {
      Matrix part = Matrix.zeros(size, taken);
      for (int i = 0; i < size; i++) {
        part.write((long) i * taken, channels[g * size + i], 0, taken);
      }
      parts.add(part);
    }
    return parts;
  }

  /** Tokens that errors are measured on. */
  public long tokens() {
    return tokens;
  }

  /** All limits in order, each tried on every group when the stream reaches it. */
  public Stream<ClipStep> steps() {
    return IntStream.range(0, grid.steps()).mapToObj(this::step);
  }

  /**
   * All limits in order: tried at once on the device that this thread's work goes to, if it has a
   * {@link ClipDevice}, and otherwise as {@link #steps()}.
   */
  public Stream<ClipStep> stepsOnDevice() {
    return Devices.kernel(ClipDevice.class)
        .flatMap(device -> device.steps(w, spec, grams, grid))
        .map(List::stream)
        .orElseGet(this::steps);
  }

  /** All of {@link #stepsOnDevice()}, kept. */
  public List<ClipStep> all() {
    return stepsOnDevice().toList();
  }

  /**
   * One limit on every group.
   *
   * @param index 0 to {@code grid.steps() − 1}
   */
  public ClipStep step(int index) {
    float factor = grid.factor(index);
    Shape params = grouping.paramShape();
    Matrix limits = Matrix.zeros(params.rows(), params.cols());
    Matrix errors = Matrix.zeros(params.rows(), params.cols());
    long chunks = (w.rows() + ROWS - 1) / ROWS;
    Parallel.blocks(
        chunks * groupsPerRow,
        WORK,
        block -> {
          long first = block / groupsPerRow * ROWS;
          int rows = (int) Math.min(ROWS, w.rows() - first);
          tryLimit(factor, first, rows, (int) (block % groupsPerRow), limits, errors);
        });
    return new ClipStep(index, factor, limits, errors);
  }

  /**
   * The limits of least error per group; each step is computed once, and let go unless a
   * {@linkplain #stepsOnDevice device} made them.
   */
  public Clipping best() {
    return best(stepsOnDevice());
  }

  /**
   * The limits of least error per group among steps already computed; the first of equals.
   *
   * @param steps of this search, beginning with the one that clips nothing
   */
  public Clipping best(List<ClipStep> steps) {
    return best(steps.stream());
  }

  private Clipping best(Stream<ClipStep> steps) {
    Iterator<ClipStep> all = steps.iterator();
    if (!all.hasNext()) {
      throw new IllegalArgumentException("no clip limits to choose from");
    }
    Clipping best = unclipped(all.next());
    all.forEachRemaining(step -> keepBetter(best, step));
    return best;
  }

  private Clipping unclipped(ClipStep first) {
    if (first.index() != 0) {
      throw new IllegalArgumentException(
          "the first clip step given has index %d; begin with 0, which clips nothing"
              .formatted(first.index()));
    }
    Codes chosen = Codes.zeros(first.limits().shape());
    return new Clipping(spec, first.limits().copy(), first.errors().copy(), first.errors(), chosen);
  }

  private static void keepBetter(Clipping best, ClipStep step) {
    for (long group = 0; group < best.limits().size(); group++) {
      float error = step.errors().at(group);
      if (error < best.errors().at(group)) {
        best.errors().put(group, error);
        best.limits().put(group, step.limits().at(group));
        best.chosen().put(group, step.index());
      }
    }
  }

  /** One group column of some rows. */
  private void tryLimit(
      float factor, long firstRow, int rows, int column, Matrix limits, Matrix errors) {
    int size = grouping.size();
    float[] change = new float[rows * size];
    for (int r = 0; r < rows; r++) {
      w.read((firstRow + r) * w.cols() + (long) column * size, change, r * size, size);
      float limit = factor * largest(change, r * size, size);
      limits.set(firstRow + r, column, limit);
      toRoundingChange(change, r * size, limit);
    }
    // dᵀ·G·d
    Matrix changes = Matrix.of(rows, size, change);
    Matrix products = Matmul.timesTransposed(changes, grams.get(column));
    for (int r = 0; r < rows; r++) {
      errors.set(firstRow + r, column, (float) product(change, r * size, products.row(r)));
    }
  }

  /** Replaces a group's weights w by RTN(clamp(w, −m, m)) − w. */
  private void toRoundingChange(float[] values, int from, float limit) {
    int size = grouping.size();
    float[] clipped = new float[size];
    for (int i = 0; i < size; i++) {
      clipped[i] = Math.min(Math.max(values[from + i], -limit), limit);
    }
    AffineGrid.of(clipped, 0, size, spec).roundTrip(clipped, 0, size);
    for (int i = 0; i < size; i++) {
      values[from + i] = clipped[i] - values[from + i];
    }
  }

  private static float largest(float[] values, int from, int size) {
    float most = 0;
    for (int i = from; i < from + size; i++) {
      most = Math.max(most, Math.abs(values[i]));
    }
    return most;
  }

  private static double product(float[] a, int from, float[] b) {
    double sum = 0;
    for (int i = 0; i < b.length; i++) {
      sum += (double) a[from + i] * b[i];
    }
    return Math.max(sum, 0);
  }
}

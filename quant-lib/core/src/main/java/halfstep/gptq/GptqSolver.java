package halfstep.gptq;

import halfstep.backend.Devices;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.FiniteCheck;
import halfstep.quant.Gptq;
import halfstep.quant.GroupIndex;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.Optional;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * GPTQ: minimises {@code tr(ΔW·H·ΔWᵀ)}, the layer's squared output error, column by column. A
 * column is rounded, and its error is spread over the columns still to come so that they make it
 * good as far as they can.
 *
 * <p>The solver itself never changes; each {@link #steps()} works on a copy of the weights.
 *
 * <table>
 * <caption>Names</caption>
 * <tr><th>paper</th><th>here</th><th>gptq.py</th></tr>
 * <tr><td>H</td><td>{@link Hessian}, h</td><td>H</td></tr>
 * <tr><td>Cholesky(H⁻¹)ᵀ</td><td>u</td><td>Hinv</td></tr>
 * <tr><td>λ</td><td>damping</td><td>percdamp</td></tr>
 * <tr><td>Q, E, B</td><td>codes, errors, blockSize</td><td>Q1, Err1, blocksize</td></tr>
 * </table>
 *
 * @see <a href="https://arxiv.org/abs/2210.17323">GPTQ, algorithm 1</a>; reference: IST-DASLab/gptq
 *     {@code gptq.py}, fasterquant
 */
public final class GptqSolver {

  private final Matrix w;
  private final QuantSpec spec;
  private final Gptq config;
  private final Grouping grouping;
  private final ColumnOrder order;
  private final boolean[] dead;
  private final InverseFactor factor;
  private final @Nullable GroupParams fixed;

  /**
   * Factors the Hessian, which is the costly part: {@code 2/3·in³} operations, {@code 8·in²} bytes.
   *
   * @param w weights, {@code out × in}; not modified, and not to be while the solver is in use
   * @param spec axis 1 and integer zeros, which is what GPTQ's formats hold; symmetric grids make
   *     them symmetric ones
   * @param hessian of the layer's input; not modified
   * @throws ShapeException if the channels differ or the groups do not divide the matrix
   * @throws halfstep.quant.NonFiniteException if a weight is NaN or infinite
   * @throws IllegalArgumentException for another kind of specification, or if the Hessian stays
   *     singular with all damping allowed
   */
  public GptqSolver(Matrix w, QuantSpec spec, Gptq config, Hessian hessian) {
    requireUsable(w, spec, config, hessian);
    Matrix h = hessian.matrix();
    this.w = w;
    this.spec = config.fitted(spec);
    this.config = config;
    this.grouping = spec.grouping(w.shape());
    this.order =
        config.actOrder() ? ColumnOrder.byActivation(h) : ColumnOrder.natural(hessian.channels());
    this.dead = new boolean[hessian.channels()];
    for (int c = 0; c < dead.length; c++) {
      dead[c] = h.get(c, c) == 0;
    }
    this.fixed = isFixed() ? StaticGrids.of(this) : null;
    this.factor = InverseFactor.of(h, order, config.damping());
  }

  private static void requireUsable(Matrix w, QuantSpec spec, Gptq config, Hessian hessian) {
    boolean zeros =
        spec.zeroPoint() == ZeroPoint.INTEGER
            || (spec.zeroPoint() == ZeroPoint.SYMMETRIC && config.symmetric());
    if (spec.axis() != Axis.IN || !zeros) {
      throw new IllegalArgumentException(
          "GPTQ rounds on integer zeros along axis 1, but the specification says %s zeros along axis %d"
              .formatted(spec.zeroPoint(), spec.axis().number()));
    }
    if (config.symmetric() && spec.bits() == Bits.TERNARY) {
      throw new IllegalArgumentException(
          "GPTQ's symmetric grid puts the zero between two codes, but 1.58 bits have three, so that"
              + " it would be 1.5; use asymmetric grids");
    }
    if (w.cols() != hessian.channels()) {
      throw new ShapeException(
          "weights are %s but the Hessian has %d channels; in must agree"
              .formatted(w.shape(), hessian.channels()));
    }
    FiniteCheck.require(w, "weights");
  }

  /** Whether grids are known before the first column. */
  private boolean isFixed() {
    return config.staticGroups() || grouping.size() == w.cols();
  }

  /** What is solved for. */
  public QuantSpec spec() {
    return spec;
  }

  /** The parameters. */
  public Gptq config() {
    return config;
  }

  /** Which channel is solved when. */
  public ColumnOrder order() {
    return order;
  }

  /** What made the Hessian invertible, and whether that was more than was asked for. */
  public Damping damping() {
    return factor.damping();
  }

  /** Channels that no token ever drove; their weights become 0. */
  public int deadChannels() {
    int count = 0;
    for (boolean one : dead) {
      count += one ? 1 : 0;
    }
    return count;
  }

  /** All column blocks in order, each solved by the processor when the stream reaches it. */
  public Stream<GptqStep> steps() {
    GptqWalk walk = new GptqWalk(this);
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(walk, 0), false);
  }

  /**
   * All column blocks in order: solved at once by the device that this thread's work goes to, if
   * there is one, and otherwise as {@link #steps()}.
   */
  public Stream<GptqStep> stepsOnDevice() {
    return Devices.kernel(GptqDevice.class)
        .flatMap(device -> device.solve(new GptqPlan(this)))
        .map(pass -> StepSeries.of(this, pass).stream())
        .orElseGet(this::steps);
  }

  /** All of {@link #stepsOnDevice()}, kept. */
  public List<GptqStep> solved() {
    return stepsOnDevice().toList();
  }

  /** All of {@link #solved()}, put together. */
  public QuantizedMatrix result() {
    return quantized(solved());
  }

  /**
   * The matrix that steps found.
   *
   * @param steps all of this solver's steps, in order
   * @throws IllegalArgumentException if some are missing
   */
  public QuantizedMatrix quantized(List<GptqStep> steps) {
    int solved = steps.stream().mapToInt(GptqStep::columns).sum();
    if (solved != w.cols()) {
      throw new IllegalArgumentException(
          "the %d steps hold %d of %d columns; collect all of steps()"
              .formatted(steps.size(), solved, w.cols()));
    }
    Codes codes = Codes.zeros(w.shape());
    Parallel.blocks(w.rows(), "GPTQ", row -> gather(steps, row, codes));
    GroupParams params = fixed;
    if (params == null) {
      params = emptyGrids();
      for (GptqStep step : steps) {
        for (GptqStep.Started started : step.started()) {
          put(params, started);
        }
      }
    }
    GroupIndex index = groupIndex();
    return new QuantizedMatrix(spec, codes, params, null, index.isConsecutive() ? null : index);
  }

  /** One row's codes from solved order back to the original one. */
  private void gather(List<GptqStep> steps, long row, Codes codes) {
    byte[] line = new byte[order.size()];
    for (GptqStep step : steps) {
      byte[] part = new byte[step.columns()];
      step.codes().read(row * part.length, part);
      for (int c = 0; c < part.length; c++) {
        line[order.channel(step.firstColumn() + c)] = part[c];
      }
    }
    codes.write(row * line.length, line);
  }

  private static void put(GroupParams params, GptqStep.Started started) {
    for (long row = 0; row < params.scales().rows(); row++) {
      params.scales().set(row, started.group(), started.params().scale(row));
      params.zeros().set(row, started.group(), started.params().zero(row));
    }
  }

  /** The group of each channel, {@code g_idx} of GPTQ's file format. */
  public GroupIndex groupIndex() {
    int[] groups = new int[order.size()];
    for (int position = 0; position < groups.length; position++) {
      groups[order.channel(position)] = group(position);
    }
    return GroupIndex.of(groups);
  }

  /** The group of the column solved at a position. */
  int group(int position) {
    return (config.staticGroups() ? order.channel(position) : position) / grouping.size();
  }

  /** Whether the column solved at a position is its group's first and finds the grid. */
  boolean startsGroup(int position) {
    return fixed == null && position % grouping.size() == 0;
  }

  int groupSize() {
    return grouping.size();
  }

  Matrix weights() {
    return w;
  }

  boolean isDead(int channel) {
    return dead[channel];
  }

  Optional<GroupParams> fixedGrids() {
    return Optional.ofNullable(fixed);
  }

  Matrix factor() {
    return factor.u();
  }

  /**
   * Weights of a row in solved order, with dead channels at 0.
   *
   * @param first position of the first one
   * @return a new array of {@code count}
   */
  float[] ordered(long row, int first, int count) {
    float[] from = w.row(row);
    float[] ordered = new float[count];
    for (int i = 0; i < count; i++) {
      int channel = order.channel(first + i);
      ordered[i] = dead[channel] ? 0 : from[channel];
    }
    return ordered;
  }

  /** The grids a walk starts with: all of them, or none. */
  GroupParams startingGrids() {
    return fixed == null ? emptyGrids() : fixed;
  }

  GroupParams emptyGrids() {
    Shape shape = grouping.paramShape();
    return new GroupParams(
        Matrix.zeros(shape.rows(), shape.cols()), Matrix.zeros(shape.rows(), shape.cols()));
  }
}

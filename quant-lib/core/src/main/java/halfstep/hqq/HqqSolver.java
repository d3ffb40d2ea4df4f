package halfstep.hqq;

import halfstep.quant.AffineGrid;
import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.EarlyStop;
import halfstep.quant.FiniteCheck;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Rounding;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Half-quadratic quantization as a pure step function.
 *
 * <p>Minimises {@code φ(E) + (β/2)·‖E − (W − Ŵ)‖²} with {@code φ = Σ|·|ᵖ} by turns: the shrunk
 * residual {@code E} has a closed form for a fixed zero, the zero has one for fixed {@code E} and
 * codes, and the codes are rounded anew in each step. The scale never changes. Nothing here changes
 * in place, so a caller may go back to any step and branch from it with other parameters.
 *
 * <table>
 * <caption>Names</caption>
 * <tr><th>paper</th><th>here</th><th>hqq</th></tr>
 * <tr><td>W</td><td>w</td><td>W_f</td></tr>
 * <tr><td>W_q</td><td>codes, q</td><td>W_q</td></tr>
 * <tr><td>s</td><td>scales (inverse t)</td><td>1/scale (scale inside the solver)</td></tr>
 * <tr><td>z</td><td>zeros</td><td>zero</td></tr>
 * <tr><td>W_e</td><td>shrunk residual, e</td><td>W_e</td></tr>
 * <tr><td>β, p</td><td>beta, lpNorm</td><td>beta, lp_norm</td></tr>
 * </table>
 *
 * @see <a href="https://mobiusml.github.io/hqq_blog/">HQQ</a>; reference: hqq 0.2.8 {@code
 *     core/optimize.py}, optimize_weights_proximal_legacy and _v2
 */
public final class HqqSolver {

  private final Matrix w;
  private final QuantSpec spec;
  private final Hqq config;
  private final Grouping grouping;
  private final Matrix inverseScales;
  private final GroupParams start;

  /**
   * @param w weights, {@code out × in}; not modified, and not to be while the solver is in use
   * @throws halfstep.tensor.ShapeException if the groups do not divide the matrix
   * @throws halfstep.quant.NonFiniteException if a weight is NaN or infinite
   * @throws IllegalArgumentException if the specification asks for integer zeros
   */
  public HqqSolver(Matrix w, QuantSpec spec, Hqq config) {
    this(w, spec, config, spec.bits() == Bits.FOUR);
  }

  /** As the constructor, but the start's zeros stay fractional at 4 bit, too. */
  public static HqqSolver withFractionalStart(Matrix w, QuantSpec spec, Hqq config) {
    return new HqqSolver(w, spec, config, false);
  }

  private HqqSolver(Matrix w, QuantSpec spec, Hqq config, boolean roundZero) {
    if (spec.zeroPoint() != ZeroPoint.FLOAT) {
      throw new IllegalArgumentException(
          "HQQ moves the zero continuously, but the specification asks for INTEGER zeros; use"
              + " ZeroPoint.FLOAT");
    }
    FiniteCheck.require(w, "weights");
    this.w = w;
    this.spec = spec;
    this.config = config;
    this.grouping = spec.grouping(w.shape());
    Shape params = grouping.paramShape();
    this.inverseScales = Matrix.zeros(params.rows(), params.cols());
    this.start = initialise(roundZero);
  }

  private HqqSolver(HqqSolver from, Hqq config) {
    this.w = from.w;
    this.spec = from.spec;
    this.config = config;
    this.grouping = from.grouping;
    this.inverseScales = from.inverseScales;
    this.start = from.start;
  }

  /** The same weights and grid with other parameters: steps of either solver fit the other. */
  public HqqSolver branch(Hqq other) {
    return new HqqSolver(this, other);
  }

  /** What is solved for. */
  public QuantSpec spec() {
    return spec;
  }

  /** The parameters. */
  public Hqq config() {
    return config;
  }

  /** The start: each group's range spans the codes; at 4 bit the zeros are rounded, as in hqq. */
  public HqqStep first() {
    double[] errors = new double[Math.toIntExact(grouping.groups())];
    forGroups(start, config.beta(), (group, half) -> errors[group] = half.errorBefore);
    return new HqqStep(0, config.beta(), start, total(errors) / w.size(), 0, 0, 0);
  }

  /**
   * One half-step: shrinks the residual, then moves each group's zero to its closed-form optimum.
   *
   * @param step where to start from; not modified, so that a caller may branch from it
   * @return the following step; its error may be larger, since rounding anew is not convex
   */
  public HqqStep next(HqqStep step) {
    int groups = Math.toIntExact(grouping.groups());
    Matrix zeros = Matrix.zeros(start.zeros().rows(), start.zeros().cols());
    double[] errors = new double[groups];
    double[] shifts = new double[groups];
    int[] changed = new int[groups];
    int[] active = new int[groups];
    float beta = betaAfter(step);
    forGroups(
        step.params(),
        beta,
        (group, half) -> {
          zeros.put(group, half.newZero);
          errors[group] = half.errorAfter;
          shifts[group] = Math.abs(half.newZero - step.params().zero(group));
          changed[group] = half.codesChanged;
          active[group] = half.shrinkActive;
        });
    return new HqqStep(
        step.index() + 1,
        beta,
        new GroupParams(start.scales(), zeros),
        total(errors) / w.size(),
        total(shifts) / groups,
        total(changed),
        (double) total(active) / w.size());
  }

  /**
   * All steps from the start to the result, each computed when the stream reaches it.
   *
   * <p>The stopping rule looks at the error before a step's update, as the library does: with
   * {@link EarlyStop#KEEP_LAST} the last element is the step that followed the first error that was
   * not strictly smaller than all before it. With {@link EarlyStop#RESTORE_BEST} the best step
   * comes once more at the end.
   */
  public Stream<HqqStep> steps() {
    return walk(new HqqWalk(this, first()));
  }

  /**
   * All steps from a given state on, that state first; the stopping rule begins afresh there, and
   * {@code iterations} still counts from the start.
   *
   * @param from a state of this solver or of one it was branched from; not modified
   */
  public Stream<HqqStep> steps(HqqStep from) {
    return walk(new HqqWalk(this, from));
  }

  private static Stream<HqqStep> walk(Iterator<HqqStep> walk) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(walk, 0), false);
  }

  /** The last of {@link #steps()}. */
  public HqqStep result() {
    return steps().reduce((before, after) -> after).orElseThrow();
  }

  /** The codes of a step. */
  public QuantizedMatrix quantized(HqqStep step) {
    Codes codes = Codes.zeros(w.shape());
    int size = grouping.size();
    forBlocks((values, first, count) -> {
      for (int g = 0; g < count; g++) {
        float t = inverseScales.at(first + g);
        float z = step.params().zero(first + g);
        for (int i = g * size; i < (g + 1) * size; i++) {
          values[i] = Rounding.code(values[i] * t + z, spec.maxCode());
        }
      }
      grouping.write(codes, first, count, values);
    });
    return new QuantizedMatrix(spec, codes, step.params());
  }

  /** The shrunk residual {@code E = S(W − Ŵ)} in a state: a new matrix, {@code out × in}. */
  public Matrix shrunkResidual(HqqStep step) {
    ShrinkLp shrink = ShrinkLp.of(config, step.beta());
    return w.combine(quantized(step).dequantized(), (x, y) -> shrink.apply((float) (x - y)));
  }

  /** Residuals up to this magnitude shrink to exactly 0 at first: {@code β^(−1/(2−p))}. */
  public float shrinkThreshold() {
    return ShrinkLp.of(config, config.beta()).threshold();
  }

  /** β · κ^k for the half-step that leads on from step k. */
  private float betaAfter(HqqStep step) {
    return (float) (config.beta() * Math.pow(config.kappa(), step.index()));
  }

  private GroupParams initialise(boolean roundZero) {
    Shape params = grouping.paramShape();
    Matrix scales = Matrix.zeros(params.rows(), params.cols());
    Matrix zeros = Matrix.zeros(params.rows(), params.cols());
    int size = grouping.size();
    forBlocks((values, first, count) -> {
      for (int g = 0; g < count; g++) {
        AffineGrid grid = AffineGrid.of(values, g * size, size, spec);
        inverseScales.put(first + g, grid.inverseScale());
        scales.put(first + g, grid.scale());
        zeros.put(first + g, roundZero ? Rounding.halfEven(grid.zero()) : grid.zero());
      }
    });
    return new GroupParams(scales, zeros);
  }

  private interface StepWork {
    void on(int group, HalfStep half);
  }

  /** Takes a half-step from {@code params} in every group. */
  private void forGroups(GroupParams params, float beta, StepWork work) {
    ShrinkLp shrink = ShrinkLp.of(config, beta);
    forBlocks((values, first, count) -> {
      HalfStep half = new HalfStep(grouping.size(), spec.maxCode());
      for (int g = 0; g < count; g++) {
        long group = first + g;
        float t = inverseScales.at(group);
        half.take(values, g * grouping.size(), t, params.zero(group), shrink);
        work.on((int) group, half);
      }
    });
  }

  private interface BlockWork {
    void on(float[] values, long first, int count);
  }

  /** Reads the weights a block of groups at a time; the array is the block's own. */
  private void forBlocks(BlockWork work) {
    grouping.forEachBlock(
        "HQQ",
        (first, count) -> {
          float[] values = new float[count * grouping.size()];
          grouping.read(w, first, count, values);
          work.on(values, first, count);
        });
  }

  private static double total(double[] parts) {
    double sum = 0;
    for (double part : parts) {
      sum += part;
    }
    return sum;
  }

  private static long total(int[] parts) {
    long sum = 0;
    for (int part : parts) {
      sum += part;
    }
    return sum;
  }
}

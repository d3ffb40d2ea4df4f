package halfstep.hqq;

import halfstep.quant.Bits;
import halfstep.quant.Codes;
import halfstep.quant.EarlyStop;
import halfstep.quant.FiniteCheck;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Rounding;
import halfstep.quant.ZeroPoint;
import halfstep.quant.ZeroRule;
import halfstep.tensor.Matrix;
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
  private final HqqStart start;
  private final LpPower power;

  /**
   * @param w weights, {@code out × in}; not modified, and not to be while the solver is in use
   * @param spec its zeros must be those of {@code config}'s rule for zeros
   * @throws halfstep.tensor.ShapeException if the groups do not divide the matrix
   * @throws halfstep.quant.NonFiniteException if a weight is NaN or infinite
   * @throws IllegalArgumentException if the specification asks for other zeros, or half precision
   *     cannot hold the weights or a group's start
   */
  public HqqSolver(Matrix w, QuantSpec spec, Hqq config) {
    this(w, spec, config, spec.bits() == Bits.FOUR);
  }

  /** As the constructor, but the start's zeros stay fractional at 4 bit, too. */
  public static HqqSolver withFractionalStart(Matrix w, QuantSpec spec, Hqq config) {
    return new HqqSolver(w, spec, config, false);
  }

  private HqqSolver(Matrix w, QuantSpec spec, Hqq config, boolean roundZero) {
    requireZeros(spec, config.options());
    FiniteCheck.require(w, "weights");
    HqqStart ranges = HqqStart.ofRanges(w, spec, roundZero);
    this.w = w;
    this.spec = spec;
    this.config = config;
    this.power = new LpPower(config.lpNorm());
    this.grouping = spec.grouping(w.shape());
    HqqStart chosen =
        switch (config.options().scales()) {
          case RANGE -> ranges;
          case SEARCHED -> ranges.searched(w, spec);
        };
    this.start =
        switch (config.options().arithmetic()) {
          case FLOAT -> chosen;
          case HALF -> chosen.inHalfPrecision(w);
        };
  }

  private HqqSolver(HqqSolver from, Hqq config) {
    this.w = from.w;
    this.spec = from.spec;
    this.config = config;
    this.power = new LpPower(config.lpNorm());
    this.grouping = from.grouping;
    this.start = from.start;
  }

  private static void requireZeros(QuantSpec spec, HqqOptions options) {
    if (options.zeros() == ZeroRule.FREE && spec.zeroPoint() != ZeroPoint.FLOAT) {
      throw new IllegalArgumentException(
          "HQQ moves the zero continuously, but the specification asks for %s zeros; use ZeroPoint.FLOAT"
              .formatted(spec.zeroPoint()));
    }
    if (options.zeros() == ZeroRule.WHOLE && spec.zeroPoint() != ZeroPoint.INTEGER) {
      throw new IllegalArgumentException(
          "the integer-zero solve rounds each zero to a code, but the specification asks for %s zeros; use ZeroPoint.INTEGER"
              .formatted(spec.zeroPoint()));
    }
  }

  /**
   * The same weights and grid with other parameters: steps of either fit the other. Where zeros may
   * land, with which scale the walk started and its precision stay as they are here.
   */
  public HqqSolver branch(Hqq other) {
    HqqOptions mine = config.options();
    return new HqqSolver(
        this,
        other.with(other.options().with(mine.zeros()).with(mine.scales()).with(mine.arithmetic())));
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
    StepTally tally = new StepTally(grouping, config.options().arithmetic());
    GroupParams params = start.params();
    forGroups((half, values, from, group) -> {
      float z = params.zero(group);
      half.measure(values, from, start.inverseScales().at(group), params.scale(group), z, z);
      tally.keep(group, half);
    });
    return tally.step(0, beta(0), params, w.size());
  }

  /**
   * One half-step: shrinks the residual, then moves each group's zero to its closed-form optimum.
   *
   * @param step where to start from; not modified, so that a caller may branch from it
   * @return the following step; its error may be larger, since rounding anew is not convex
   */
  public HqqStep next(HqqStep step) {
    GroupParams from = step.params();
    Matrix zeros = Matrix.zeros(from.zeros().rows(), from.zeros().cols());
    StepTally tally = new StepTally(grouping, config.options().arithmetic());
    float beta = beta(step.index());
    GroupShrink shrinks = shrinks(beta, step.index());
    forGroups((half, values, at, group) -> {
      float z = from.zero(group);
      float s = from.scale(group);
      half.take(values, at, start.inverseScales().at(group), s, z, shrinks.of(s));
      zeros.put(group, half.newZero);
      tally.keep(group, half, z);
    });
    return tally.step(step.index() + 1, beta, new GroupParams(from.scales(), zeros), w.size());
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
    return stream(new HqqWalk(this, this::first));
  }

  /**
   * The steps from a given state on, {@code from} itself first. The stopping rule begins afresh
   * there; the configuration's iterations are still counted from the start.
   *
   * @param from a step of this solver or of one it was branched from
   */
  public Stream<HqqStep> steps(HqqStep from) {
    return stream(new HqqWalk(this, () -> from));
  }

  private static Stream<HqqStep> stream(Iterator<HqqStep> walk) {
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
    grouping.forEachBlock(
        w,
        "HQQ",
        (values, first, count) -> {
          for (int g = 0; g < count; g++) {
            float t = start.inverseScales().at(first + g);
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
    GroupShrink shrinks = shrinks(step.beta(), Math.max(0, step.index() - 1));
    Matrix residual = Matrix.zeros(w.rows(), w.cols());
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "HQQ",
        (values, first, count) -> {
          for (int g = 0; g < count; g++) {
            ShrinkLp shrink = shrinks.of(step.params().scale(first + g));
            float t = start.inverseScales().at(first + g);
            float z = step.params().zero(first + g);
            for (int i = g * size; i < (g + 1) * size; i++) {
              float q = Rounding.code(values[i] * t + z, spec.maxCode());
              values[i] = shrink.apply(values[i] - (q - z) / t);
            }
          }
          grouping.write(residual, first, count, values);
        });
    return residual;
  }

  /** Residuals up to this magnitude shrink to exactly 0 at first: {@code β^(−1/(2−p))}. */
  public float shrinkThreshold() {
    return ShrinkLp.of(config, beta(0)).threshold();
  }

  /** β of the half-step that leads on from step {@code index}, for a group of mean scale. */
  private float beta(int index) {
    return config.options().beta().beta(config, index, start.meanScale());
  }

  private interface GroupShrink {
    ShrinkLp of(float scale);
  }

  private GroupShrink shrinks(float sharedBeta, int index) {
    if (config.options().beta().isShared()) {
      ShrinkLp shared = ShrinkLp.of(config, sharedBeta);
      return scale -> shared;
    }
    return scale -> ShrinkLp.of(config, config.options().beta().beta(config, index, scale));
  }

  private HalfStep halfStep() {
    HqqOptions options = config.options();
    return switch (options.arithmetic()) {
      case FLOAT -> new HalfStep(grouping.size(), spec.maxCode(), options, power);
      case HALF -> new RoundedHalfStep(grouping.size(), spec.maxCode(), options, power);
    };
  }

  private interface GroupWork {
    void on(HalfStep half, float[] values, int from, int group);
  }

  /** Goes over all groups, {@code from} being where a group's weights begin in its block. */
  private void forGroups(GroupWork work) {
    grouping.forEachBlock(
        w,
        "HQQ",
        (values, first, count) -> {
          HalfStep half = halfStep();
          for (int g = 0; g < count; g++) {
            work.on(half, values, g * grouping.size(), (int) (first + g));
          }
        });
  }
}

package halfstep.ls;

import halfstep.quant.AffineGrid;
import halfstep.quant.Codes;
import halfstep.quant.FiniteCheck;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Rounding;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Alternating least squares over codes, scale <em>and</em> zero: HQQ's recentring with the scale
 * set free. A pure step function; each group keeps the best it has seen, so no group is ever worse
 * than round to nearest in the error that is minimised.
 *
 * <pre>
 * q ← clamp(round(w/s + z), 0, Q)
 * s ← cov(q, w) / var(q),   z ← mean q − mean w / s        (means weighted by importance, if given)
 * </pre>
 *
 * <p>The problem is not convex; rounds start from grids that span only part of the range, too, and
 * the best of all starts wins. Free scales clip a group's tails. Where those tails meet strong
 * activations, a lower weight error is a worse layer: give the activations' second moments as
 * importance, or do not use it there.
 */
public final class LeastSquaresSolver {

  /** Shares of each group's range that the starting grids span. */
  static final float[] SPANS = {1f, 0.9f, 0.8f, 0.7f, 0.6f, 0.5f};

  private final Matrix w;
  private final QuantSpec spec;
  private final Grouping grouping;
  private final int rounds;
  private final float[] importance;

  /**
   * Every weight counts the same.
   *
   * @param w weights, {@code out × in}; not modified
   * @param rounds rounds per start, at least 1; 20 is plenty
   */
  public LeastSquaresSolver(Matrix w, QuantSpec spec, int rounds) {
    this(w, spec, rounds, uniform(w));
  }

  /**
   * Input channels count as their activations do.
   *
   * @param importance one non-negative number per input channel, as the mean of x²; copied
   */
  public LeastSquaresSolver(Matrix w, QuantSpec spec, int rounds, float[] importance) {
    if (spec.zeroPoint() != ZeroPoint.FLOAT) {
      throw new IllegalArgumentException(
          "least squares moves the zero continuously, but the specification asks for %s zeros; use ZeroPoint.FLOAT"
              .formatted(spec.zeroPoint()));
    }
    if (rounds < 1) {
      throw new IllegalArgumentException(
          "rounds %d leaves nothing to do; at least 1".formatted(rounds));
    }
    if (importance.length != w.cols()) {
      throw new ShapeException(
          "weights are %s, but there are %d importances; one per input channel"
              .formatted(w.shape(), importance.length));
    }
    FiniteCheck.require(w, "weights");
    FiniteCheck.require(Matrix.of(1, importance.length, importance), "importance");
    this.w = w;
    this.spec = spec;
    this.grouping = spec.grouping(w.shape());
    this.rounds = rounds;
    this.importance = importance.clone();
  }

  private static float[] uniform(Matrix w) {
    float[] ones = new float[Math.toIntExact(w.cols())];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /** The start: each group's range spans the codes. */
  public LeastSquaresStep first() {
    GroupParams start = blank();
    double[] errors = new double[Math.toIntExact(grouping.groups())];
    forGroups((fit, values, h, from, group) -> {
      AffineGrid grid = AffineGrid.of(values, from, grouping.size(), spec);
      fit.round(values, h, from, grid.scale(), grid.zero());
      keep(start, group, fit);
      errors[(int) group] = fit.error;
    });
    return new LeastSquaresStep(0, start, start, mean(errors), 0);
  }

  /**
   * One round of fitting and rounding in every group. When a start's rounds are over, the next
   * start begins from a narrower grid.
   *
   * @param step where to start from; not modified, so that a caller may go back to it
   */
  public LeastSquaresStep next(LeastSquaresStep step) {
    GroupParams current = blank();
    GroupParams best = blank();
    int groups = Math.toIntExact(grouping.groups());
    double[] errors = new double[groups];
    int[] improved = new int[groups];
    boolean restart = step.index() % rounds == 0 && step.index() > 0;
    float span = SPANS[Math.min(step.index() / rounds, SPANS.length - 1)];
    forGroups((fit, values, h, from, group) -> {
      fit.round(values, h, from, step.best().scale(group), step.best().zero(group));
      double before = fit.error;
      if (restart) {
        narrow(fit, values, h, from, span);
      } else {
        fit.round(values, h, from, step.current().scale(group), step.current().zero(group));
      }
      if (fit.fit(values, h, from)) {
        fit.round(values, h, from, fit.scale, fit.zero);
      }
      keep(current, group, fit);
      improved[(int) group] = fit.error < before ? 1 : 0;
      errors[(int) group] = Math.min(fit.error, before);
      keep(best, group, fit.error < before ? current : step.best());
    });
    return new LeastSquaresStep(
        step.index() + 1, current, best, mean(errors), Arrays.stream(improved).sum());
  }

  /** All rounds of all starts. */
  public Stream<LeastSquaresStep> steps() {
    return Stream.iterate(first(), this::next).limit((long) rounds * SPANS.length + 1);
  }

  /** The last of {@link #steps()}. */
  public LeastSquaresStep result() {
    return steps().reduce((before, after) -> after).orElseThrow();
  }

  /** The codes of a step's best parameters. */
  public QuantizedMatrix quantized(LeastSquaresStep step) {
    Codes codes = Codes.zeros(w.shape());
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "least squares",
        (values, first, count) -> {
          for (int g = 0; g < count; g++) {
            float s = step.best().scale(first + g);
            float z = step.best().zero(first + g);
            float inverse = 1f / s;
            for (int i = g * size; i < (g + 1) * size; i++) {
              values[i] = Rounding.code(values[i] * inverse + z, spec.maxCode());
            }
          }
          grouping.write(codes, first, count, values);
        });
    return new QuantizedMatrix(spec, codes, step.best());
  }

  /** A grid around the middle of the group that spans part of its range. */
  private void narrow(GroupFit fit, float[] values, float[] h, int from, float span) {
    AffineGrid grid = AffineGrid.of(values, from, grouping.size(), spec);
    fit.round(values, h, from, narrowScale(grid, span), narrowZero(grid, span));
  }

  static float narrowScale(AffineGrid grid, float span) {
    return grid.scale() * span;
  }

  /** The zero that keeps the middle of the range at the middle code. */
  static float narrowZero(AffineGrid grid, float span) {
    float middle = grid.maxCode() / 2f;
    return middle - (middle - grid.zero()) / span;
  }

  private GroupParams blank() {
    Shape params = grouping.paramShape();
    return new GroupParams(
        Matrix.zeros(params.rows(), params.cols()), Matrix.zeros(params.rows(), params.cols()));
  }

  private static void keep(GroupParams into, long group, GroupFit fit) {
    into.scales().put(group, fit.scale);
    into.zeros().put(group, fit.zero);
  }

  private static void keep(GroupParams into, long group, GroupParams from) {
    into.scales().put(group, from.scale(group));
    into.zeros().put(group, from.zero(group));
  }

  private double mean(double[] errors) {
    double sum = 0;
    for (double error : errors) {
      sum += error;
    }
    return sum / w.size();
  }

  private interface GroupWork {
    void on(GroupFit fit, float[] values, float[] h, int from, long group);
  }

  private void forGroups(GroupWork work) {
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "least squares",
        (values, first, count) -> {
          float[] h = importance(first, count);
          GroupFit fit = new GroupFit(size, spec.maxCode());
          for (int g = 0; g < count; g++) {
            work.on(fit, values, h, g * size, first + g);
          }
        });
  }

  /** Importance of each weight of some groups, group by group. */
  float[] importance(long first, int count) {
    int size = grouping.size();
    float[] h = new float[count * size];
    for (int g = 0; g < count; g++) {
      for (int i = 0; i < size; i++) {
        h[g * size + i] = importance[(int) (grouping.index(first + g, i) % w.cols())];
      }
    }
    return h;
  }

  Matrix weights() {
    return w;
  }

  QuantSpec spec() {
    return spec;
  }

  int rounds() {
    return rounds;
  }

  /** Importance of each input channel; not to be modified. */
  float[] importance() {
    return importance;
  }

  /** Whether every weight counts as 1. */
  boolean isUniform() {
    for (float one : importance) {
      if (one != 1f) {
        return false;
      }
    }
    return true;
  }
}

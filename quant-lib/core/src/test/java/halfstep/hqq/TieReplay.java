package halfstep.hqq;

import halfstep.quant.AffineGrid;
import halfstep.quant.Grouping;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.Rounding;
import halfstep.quant.Sums;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The solver's run of single groups, with the possibility to round one code the other way.
 *
 * <p>torch sums in another order, so a value within float noise of a half may round differently
 * there; the code's change then moves its group's zero for good. Such a difference is accepted only
 * if taking that tie, or two or three of them in a row, the other way reproduces the library's
 * numbers.
 */
final class TieReplay {

  private static final double NOISE = 1e-4;

  private final Hqq config;
  private final Matrix w;
  private final QuantSpec spec;
  private final Grouping grouping;
  private final HqqStep start;
  private final int iterations;

  TieReplay(HqqSolver solver, Matrix w, HqqStep start, int iterations) {
    this.config = solver.config();
    this.w = w;
    this.spec = solver.spec();
    this.grouping = spec.grouping(w.shape());
    this.start = start;
    this.iterations = iterations;
  }

  /** Element {@code element} of {@code group} lies within noise of a tie in an iteration. */
  record Tie(int group, int iteration, int element) {

    /** The same element on the same tie, now or later: it goes the same way each time. */
    boolean followsFrom(Tie earlier) {
      return element == earlier.element && iteration >= earlier.iteration;
    }
  }

  /** A group's zero before each iteration and after the last, and its sums of |w − ŵ|. */
  record Run(float[] zeros, double[] errors) {}

  /** The ties of a group's run in which some ties were rounded the other way, from there on. */
  List<Tie> ties(int group, List<Tie> otherWay) {
    List<Tie> ties = new ArrayList<>();
    run(group, otherWay, ties);
    int from = otherWay.isEmpty() ? -1 : otherWay.getLast().iteration();
    ties.removeIf(tie -> tie.iteration() <= from);
    return ties;
  }

  /** A group's run with some ties rounded the other way. */
  Run run(int group, List<Tie> otherWay) {
    return run(group, otherWay, new ArrayList<>());
  }

  private Run run(int group, List<Tie> otherWay, List<Tie> ties) {
    int size = grouping.size();
    float[] x = new float[size];
    grouping.read(w, group, 1, x);
    float t = AffineGrid.of(x, 0, size, spec).inverseScale();
    float[] zeros = new float[iterations + 1];
    double[] errors = new double[iterations];
    float z = start.params().zero(group);
    float[] target = new float[size];
    for (int k = 0; k < iterations; k++) {
      zeros[k] = z;
      float beta = (float) (config.beta() * Math.pow(config.kappa(), k));
      ShrinkLp shrink = ShrinkLp.of(config, beta);
      for (int i = 0; i < size; i++) {
        float exact = x[i] * t + z;
        float q = Rounding.code(exact, spec.maxCode());
        if (Math.abs(exact - Math.floor(exact) - 0.5) < NOISE) {
          Tie tie = new Tie(group, k, i);
          ties.add(tie);
          if (otherWay.stream().anyMatch(tie::followsFrom)) {
            q = q > exact ? (float) Math.floor(exact) : (float) Math.ceil(exact);
          }
        }
        float r = x[i] - (q - z) / t;
        errors[k] += Math.abs(r);
        target[i] = q - (x[i] - shrink.apply(r)) * t;
      }
      z = Sums.mean(target, 0, size);
    }
    zeros[iterations] = z;
    return new Run(zeros, errors);
  }
}

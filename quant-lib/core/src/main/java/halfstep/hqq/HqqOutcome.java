package halfstep.hqq;

import halfstep.metric.ErrorMetrics;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.Arrays;
import java.util.List;

/**
 * What a walk comes to: its result, and the error of every state on the way.
 *
 * @param quantized the result
 * @param path the states in the order in which {@link HqqSolver#steps()} takes them
 */
public record HqqOutcome(QuantizedMatrix quantized, List<State> path) {

  /**
   * A state without its zeros.
   *
   * @param index half-steps taken; 0 is rounding to nearest
   * @param meanAbsError mean of |w − ŵ| over the whole matrix
   */
  public record State(int index, double meanAbsError) {

    /** That of a step. */
    public static State of(HqqStep step) {
      return new State(step.index(), step.meanAbsError());
    }
  }

  /** Takes a copy. */
  public HqqOutcome {
    path = List.copyOf(path);
  }

  /** That of steps which were taken. */
  static HqqOutcome of(HqqSolver solver, List<HqqStep> steps) {
    return new HqqOutcome(
        solver.quantized(steps.getLast()), steps.stream().map(State::of).toList());
  }

  /**
   * That of all groups at once.
   *
   * @param errors Σ|w − ŵ| before each half-step; not modified
   */
  static HqqOutcome of(Matrix w, Hqq config, QuantizedMatrix quantized, double[] errors) {
    List<State> path =
        Arrays.stream(HqqStopping.path(errors, config))
            .mapToObj(index -> {
              double error =
                  index < errors.length
                      ? errors[index] / w.size()
                      : ErrorMetrics.between(w, quantized).meanAbs();
              return new State(index, error);
            })
            .toList();
    return new HqqOutcome(quantized, path);
  }

  /** Half-steps that led to the result. */
  public int halfSteps() {
    return path.getLast().index();
  }
}

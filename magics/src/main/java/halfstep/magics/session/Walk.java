package halfstep.magics.session;

import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One HQQ solver with every step it has taken and the place where the reader stands. Going back
 * forgets nothing; a step is computed once.
 */
public final class Walk {

  private final String name;
  private final Matrix weights;
  private final HqqSolver solver;
  private final List<HqqStep> taken = new ArrayList<>();
  private @Nullable Iterator<HqqStep> rest;
  private boolean ended;
  private int position;
  private OptionalInt watched = OptionalInt.empty();

  /**
   * Begins at the start: rounding to nearest.
   *
   * @param name what is quantized
   * @param weights {@code out × in}; not modified
   */
  public Walk(String name, Matrix weights, QuantSpec spec, Hqq config) {
    this.name = name;
    this.weights = weights;
    this.solver = new HqqSolver(weights, spec, config);
    goTo(0);
  }

  /** What is quantized. */
  public String name() {
    return name;
  }

  /** The weights, {@code out × in}; not to be modified. */
  public Matrix weights() {
    return weights;
  }

  /** The solver that the steps fit. */
  public HqqSolver solver() {
    return solver;
  }

  /** The step where the reader stands. */
  public HqqStep current() {
    return taken.get(position);
  }

  /** How many steps lie behind it. */
  public int position() {
    return position;
  }

  /** The steps from the start to the current one. */
  public List<HqqStep> shown() {
    return List.copyOf(taken.subList(0, position + 1));
  }

  /** Whether the current step is the solver's result. */
  public boolean atEnd() {
    return ended && position == taken.size() - 1;
  }

  /**
   * Stands at a step, computing those before it that are still missing; stops at the last one if
   * the walk ends sooner.
   *
   * @throws InterruptedWork if interrupted; the steps already taken stay
   */
  public void goTo(int target) {
    while (taken.size() <= target && takeNext()) {
      position = taken.size() - 1;
    }
    position = Math.min(target, taken.size() - 1);
  }

  /** All steps to the end, without moving. */
  public List<HqqStep> all() {
    while (takeNext()) {
      // each call takes one
    }
    return List.copyOf(taken);
  }

  /** Error of a state. */
  public ErrorMetrics error(HqqStep step) {
    return ErrorMetrics.between(weights, solver.quantized(step).dequantized());
  }

  /**
   * Chooses the group to look at, for this look and the following ones.
   *
   * @throws NotFoundException if there is no such group
   */
  public void watch(int group) {
    long groups = current().params().groups();
    if (group < 0 || group >= groups) {
      throw new NotFoundException(
          "there is no group %d; %s has groups 0 to %d".formatted(group, name, groups - 1));
    }
    watched = OptionalInt.of(group);
  }

  /** The group to look at: the chosen one, else the one whose zero has moved most. */
  public int watched() {
    return watched.orElseGet(this::mostMoved);
  }

  private int mostMoved() {
    GroupParams before = taken.getFirst().params();
    GroupParams now = current().params();
    int most = 0;
    for (int group = 1; group < now.groups(); group++) {
      most = shift(before, now, group) > shift(before, now, most) ? group : most;
    }
    return most;
  }

  private static float shift(GroupParams before, GroupParams now, int group) {
    return Math.abs(now.zero(group) - before.zero(group));
  }

  private boolean takeNext() {
    Iterator<HqqStep> steps = rest == null ? restart() : rest;
    rest = steps;
    try {
      ended = !steps.hasNext();
      if (!ended) {
        taken.add(steps.next());
        ended = !steps.hasNext();
        return true;
      }
      return false;
    } catch (InterruptedWork stopped) {
      // an iterator that was stopped inside a step is of no use any more
      rest = null;
      throw stopped;
    }
  }

  /** A new iterator behind the steps already taken. */
  private Iterator<HqqStep> restart() {
    Iterator<HqqStep> steps = solver.steps().iterator();
    for (int i = 0; i < taken.size() && steps.hasNext(); i++) {
      steps.next();
    }
    return steps;
  }
}

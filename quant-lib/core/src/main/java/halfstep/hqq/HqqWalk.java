package halfstep.hqq;

import halfstep.quant.EarlyStop;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The default solver's loop with its stopping rule, one step at a time. */
final class HqqWalk implements Iterator<HqqStep> {

  private final HqqSolver solver;
  private final Supplier<HqqStep> start;
  private @Nullable HqqStep current;
  private @Nullable HqqStep best;
  private double bestError = Double.POSITIVE_INFINITY;
  private boolean finished;

  /**
   * @param start where the walk begins, and its stopping rule with it
   */
  HqqWalk(HqqSolver solver, Supplier<HqqStep> start) {
    this.solver = solver;
    this.start = start;
  }

  @Override
  public boolean hasNext() {
    return !finished;
  }

  @Override
  public HqqStep next() {
    if (finished) {
      throw new NoSuchElementException("the walk has ended");
    }
    HqqStep before = current;
    HqqStep step = before == null ? start.get() : advance(before);
    finished |= step.index() >= solver.config().iterations();
    current = step;
    return step;
  }

  /** The library looks at the error that a step starts from, and only after taking the step. */
  private HqqStep advance(HqqStep before) {
    EarlyStop rule = solver.config().earlyStop();
    boolean improved = before.meanAbsError() < bestError;
    if (improved) {
      best = before;
      bestError = before.meanAbsError();
    }
    if (improved || rule == EarlyStop.OFF) {
      return solver.next(before);
    }
    finished = true;
    return rule == EarlyStop.RESTORE_BEST && best != null ? best : solver.next(before);
  }
}

package halfstep.hqq;

import halfstep.quant.EarlyStop;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The default solver's loop with its stopping rule, one step at a time. */
final class HqqWalk implements Iterator<HqqStep> {

  private final HqqSolver solver;
  private final HqqStep from;
  private @Nullable HqqStep current;
  private @Nullable HqqStep best;
  private double bestError = Double.POSITIVE_INFINITY;
  private boolean finished;

  HqqWalk(HqqSolver solver, HqqStep from) {
    this.solver = solver;
    this.from = from;
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
    HqqStep step = before == null ? from : advance(before);
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

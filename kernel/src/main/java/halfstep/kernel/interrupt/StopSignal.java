package halfstep.kernel.interrupt;

import halfstep.kernel.context.CellContext;

/**
 * The check that stands before every backward jump and at the start of every method of a cell.
 * Public because code in cells calls it.
 */
public final class StopSignal {

  private static volatile boolean raised;

  private StopSignal() {}

  /**
   * Ends the calling thread's work if its cell was stopped.
   *
   * @throws CellStopped if so
   */
  public static void check() {
    if (raised) {
      throwIfStopped();
    }
  }

  /** Makes {@link #check} look; the contexts say who is meant. */
  public static void raise() {
    raised = true;
  }

  /** Makes {@link #check} cheap again; called when the next cell begins. */
  public static void lower() {
    raised = false;
  }

  private static void throwIfStopped() {
    CellContext context = CellContext.current();
    if (context != null && context.stopped()) {
      throw new CellStopped();
    }
  }
}

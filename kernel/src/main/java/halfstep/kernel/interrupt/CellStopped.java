package halfstep.kernel.interrupt;

/**
 * Thrown inside a cell's code when the cell was interrupted. An error, so that code does not catch
 * it by accident.
 */
public final class CellStopped extends Error {

  private static final long serialVersionUID = 1L;

  CellStopped() {
    super("the cell was interrupted", null, false, false);
  }
}

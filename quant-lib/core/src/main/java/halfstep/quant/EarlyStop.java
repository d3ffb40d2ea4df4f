package halfstep.quant;

/** When an iterative method ends before its last iteration, and with which result. */
public enum EarlyStop {
  /**
   * Ends when the error no longer falls and keeps the step that failed to improve, as hqq's default
   * solver does.
   */
  KEEP_LAST,
  /** Ends when the error no longer falls and goes back to the best step. */
  RESTORE_BEST,
  /** Runs all iterations. */
  OFF
}

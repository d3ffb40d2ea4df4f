package halfstep.job;

/** What becomes of a job that stops before it is complete, and of one that stopped before. */
public enum Unfinished {
  /** It leaves nothing: for jobs of seconds. */
  REMOVED,

  /**
   * What is done is kept in {@code .NAME.partial}, whether the job is refused on its way,
   * interrupted or killed. An earlier job's layers there are not overwritten but refused.
   */
  KEPT,

  /** As {@link #KEPT}, and what an earlier job left there is gone on with. */
  RESUMED
}

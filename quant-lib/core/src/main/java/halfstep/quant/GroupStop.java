package halfstep.quant;

/** Whether a group's move counts that does not lower the group's own error. */
public enum GroupStop {
  /** The library's: all groups move until the error of the whole matrix stops falling. */
  TOGETHER,
  /**
   * Ours: a group whose mean |w − ŵ| would not fall stays where it is, so no group, and not the
   * matrix, ever gets worse. The walk ends when the sum of their errors no longer falls.
   */
  EACH
}

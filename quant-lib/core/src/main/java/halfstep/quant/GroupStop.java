package halfstep.quant;

/** Whether a group's move counts that does not lower the group's own error. */
public enum GroupStop {
  /** The library's: all groups move until the error of the whole matrix stops falling. */
  TOGETHER {
    @Override
    public boolean accepts(double before, double after) {
      return true;
    }
  },
  /**
   * Ours: a group whose mean |w − ŵ| would not fall stays where it is, so no group, and not the
   * matrix, ever gets worse. The walk ends when the sum of their errors no longer falls.
   */
  EACH {
    @Override
    public boolean accepts(double before, double after) {
      return after < before;
    }
  };

  /** Whether a group moves, its summed |w − ŵ| being this before and after. */
  public abstract boolean accepts(double before, double after);
}

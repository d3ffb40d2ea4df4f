package halfstep.tensor;

/** Long work was stopped on request; what was finished before is intact. */
public final class InterruptedWork extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param what the work that stopped, as a phrase: "HQQ on layer …"
   */
  public InterruptedWork(String what) {
    super(what + " was interrupted");
  }
}

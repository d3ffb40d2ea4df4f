package halfstep.job;

/** Ends a job in the midst of it, as nothing foreseen does: after some layers. */
public final class PowerCut implements QuantizeJob.Listener {

  private final int layers;
  private int seen;

  private PowerCut(int layers) {
    this.layers = layers;
  }

  /** A cut that comes when as many layers are done. */
  public static PowerCut after(int layers) {
    return new PowerCut(layers);
  }

  @Override
  public void progress(double fraction, String layer) {
    seen += layer.isEmpty() ? 0 : 1;
    if (seen == layers) {
      throw new IllegalStateException("a power cut");
    }
  }
}

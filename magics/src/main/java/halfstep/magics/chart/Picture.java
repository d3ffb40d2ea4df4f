package halfstep.magics.chart;

/** A painted chart. */
public final class Picture {

  private final byte[] png;
  private final int width;
  private final int height;
  private final String alternative;

  Picture(byte[] png, int width, int height, String alternative) {
    this.png = png;
    this.width = width;
    this.height = height;
    this.alternative = alternative;
  }

  /** The file, with twice as many pixels each way as {@link #width} and {@link #height}; a copy. */
  public byte[] png() {
    return png.clone();
  }

  /** Width at which it is meant to be shown, in CSS pixels. */
  public int width() {
    return width;
  }

  /** Height at which it is meant to be shown, in CSS pixels. */
  public int height() {
    return height;
  }

  /** What it shows, in words. */
  public String alternative() {
    return alternative;
  }

  @Override
  public String toString() {
    return alternative;
  }
}

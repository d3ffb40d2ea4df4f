package halfstep.magics.chart;

import halfstep.magics.figure.Figure;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A painted chart; what is drawn as a figure can also be written as SVG. */
public final class Picture {

  private final byte @Nullable [] png;
  private final int width;
  private final int height;
  private final String alternative;
  private final @Nullable Figure figure;

  Picture(byte[] png, int width, int height, String alternative) {
    this.png = png;
    this.width = width;
    this.height = height;
    this.alternative = alternative;
    this.figure = null;
  }

  Picture(byte @Nullable [] png, Figure figure) {
    this.png = png;
    this.width = figure.width();
    this.height = figure.height();
    this.alternative = "Chart: %s. %s".formatted(figure.title(), figure.description());
    this.figure = figure;
  }

  /**
   * The file, with twice as many pixels each way as {@link #width} and {@link #height}; a copy.
   * Empty if this Java finds no fonts to paint with.
   */
  public Optional<byte[]> png() {
    return Optional.ofNullable(png).map(byte[]::clone);
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

  /** The figure that was painted, if it was one. */
  public Optional<Figure> figure() {
    return Optional.ofNullable(figure);
  }

  @Override
  public String toString() {
    return alternative;
  }
}

package halfstep.magics.chart;

import halfstep.magics.figure.Figure;
import java.awt.AWTError;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.Chart;

/** Paints charts as PNG with two pixels for each one of the layout. */
public final class Painter {

  private static final int SCALE = 2;

  private Painter() {}

  /** A chart still to be made: making it already asks for fonts. */
  @FunctionalInterface
  public interface Drawing {
    /** The chart, laid out. */
    Chart<?, ?> chart();
  }

  /**
   * Paints a chart.
   *
   * @param alternative what it shows, in words
   * @throws NoFontsException if this Java finds no fonts; the JDK then fails in several ways
   */
  public static Picture paint(Drawing drawing, String alternative) {
    return withFonts(() -> {
      Chart<?, ?> chart = drawing.chart();
      int width = chart.getWidth();
      int height = chart.getHeight();
      byte[] png = png(width, height, graphics -> chart.paint(graphics, width, height));
      return new Picture(png, width, height, alternative);
    });
  }

  /**
   * Paints a figure; where this Java finds no fonts, the picture remains without a PNG, since the
   * browser has fonts for the SVG.
   */
  public static Picture paint(Figure figure) {
    return paint(
        figure,
        () ->
            png(
                figure.width(),
                figure.height(),
                graphics -> new FigurePainter(graphics).paint(figure)));
  }

  static Picture paint(Figure figure, Supplier<byte[]> png) {
    try {
      return new Picture(withFonts(png), figure);
    } catch (NoFontsException e) {
      return new Picture(null, figure);
    }
  }

  private static <T> T withFonts(Supplier<T> painting) {
    try {
      return painting.get();
    } catch (LinkageError | InternalError | AWTError e) {
      throw new NoFontsException(e);
    } catch (RuntimeException e) {
      if (isAboutFonts(e)) {
        throw new NoFontsException(e);
      }
      throw e;
    }
  }

  private static boolean isAboutFonts(RuntimeException e) {
    StackTraceElement[] frames = e.getStackTrace();
    return frames.length > 0 && frames[0].getClassName().startsWith("sun.")
        || String.valueOf(e.getMessage()).contains("Fontconfig");
  }

  private static byte[] png(int width, int height, Consumer<Graphics2D> painting) {
    BufferedImage image =
        new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.scale(SCALE, SCALE);
    painting.accept(graphics);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a chart could not be written to memory", e);
    }
    return bytes.toByteArray();
  }
}

package halfstep.magics;

import java.awt.AWTError;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.swing.JComponent;
import javax.swing.JFrame;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;
import org.jspecify.annotations.Nullable;

/** A window that shows the chart that was drawn last. It opens with the first. */
final class ChartWindow {

  private @Nullable JFrame frame;
  private final Canvas canvas = new Canvas();

  private ChartWindow() {}

  /**
   * The window, not yet opened.
   *
   * @return empty if there is no display, or this Java cannot reach it
   */
  static Optional<ChartWindow> ifThereIsADisplay() {
    try {
      if (GraphicsEnvironment.isHeadless()) {
        return Optional.empty();
      }
      GraphicsEnvironment.getLocalGraphicsEnvironment().getDefaultScreenDevice();
      return Optional.of(new ChartWindow());
    } catch (AWTError | RuntimeException | LinkageError unreachable) {
      // Java says any of these where the display refuses or a library of the system is missing
      return Optional.empty();
    }
  }

  /**
   * Shows a chart.
   *
   * @param png with two pixels each way for one of the screen
   */
  void show(byte[] png) {
    try {
      BufferedImage image =
          Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(png)), "no PNG");
      SwingUtilities.invokeLater(() -> show(image));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void show(BufferedImage image) {
    canvas.image = image;
    canvas.setPreferredSize(new Dimension(image.getWidth() / 2, image.getHeight() / 2));
    JFrame window = frame;
    if (window == null) {
      window = new JFrame("Halfstep");
      window.setDefaultCloseOperation(WindowConstants.HIDE_ON_CLOSE);
      window.add(canvas);
      window.setLocationByPlatform(true);
      window.setAutoRequestFocus(false); // the reader is typing
      frame = window;
    }
    window.pack();
    window.setVisible(true);
    window.repaint();
  }

  /** As large as the window, on white. */
  private static final class Canvas extends JComponent {
    private transient @Nullable BufferedImage image;

    @Override
    protected void paintComponent(Graphics graphics) {
      Graphics2D canvas = (Graphics2D) graphics;
      canvas.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      canvas.drawImage(image, 0, 0, getWidth(), getHeight(), null);
    }
  }
}

package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.Salience;
import halfstep.calib.Activations;
import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.kernel.spi.MimeBundle;
import halfstep.magics.display.ChartBundle;
import halfstep.magics.figure.Figure;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.awt.AWTError;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ChartsTest {

  private static Matrix weights() {
    Matrix w = Matrix.zeros(4, 64);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) Math.sin(i * i));
    }
    return w;
  }

  /** Twice the pixels, nothing behind the marks, and marks. */
  private static void assertPaper(Picture picture) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.png().orElseThrow()));
    assertNotNull(image);
    assertEquals(2 * picture.width(), image.getWidth());
    assertEquals(2 * picture.height(), image.getHeight());
    assertEquals(0, image.getRGB(0, 0) >>> 24, "the corner is transparent");
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    long painted = IntStream.of(pixels).filter(pixel -> pixel >>> 24 > 128).count();
    assertTrue(painted > 2000, "only " + painted + " pixels are painted");
    assertTrue(painted < pixels.length / 4, "the background is painted");
    assertTrue(picture.alternative().startsWith("Chart: "));
  }

  @Test
  void hqqChartsArePainted() throws IOException {
    Matrix w = weights();
    HqqSolver solver = new HqqSolver(w, QuantSpec.of(3, 64), Hqq.DEFAULT);
    List<HqqStep> steps = solver.steps().toList();
    assertPaper(HqqCharts.errors("t", Map.of("w", steps)));
  }

  @Test
  void bundleSaysItsSizeAndItsWords() {
    Picture picture = SalienceCharts.layer("t", Salience.of(Activations.of(weights())));
    MimeBundle bundle = ChartBundle.of(picture);
    assertArrayEquals(
        picture.png().orElseThrow(),
        Base64.getDecoder().decode(String.valueOf(bundle.data().get("image/png"))));
    assertEquals(picture.alternative(), bundle.data().get("text/plain"));
    assertEquals(
        Map.of("image/png", Map.of("width", 720, "height", picture.height())), bundle.metadata());
    String html = String.valueOf(bundle.data().get("text/html"));
    assertTrue(html.contains("<text "), "real text");
    assertTrue(html.contains("src=\"data:image/svg+xml;base64,"), "what untrusted pages show");
  }

  @Test
  void missingFontsHaveOneName() {
    List<Throwable> ways =
        List.of(
            new RuntimeException("Fontconfig head is null, check your fonts"),
            new InternalError("no fonts"),
            new AWTError("no toolkit"),
            new NoClassDefFoundError("sun.awt.X11FontManager"));
    for (Throwable way : ways) {
      NoFontsException refusal =
          assertThrows(
              NoFontsException.class, () -> Painter.paint(() -> fail(way), "Chart: nothing"));
      assertTrue(
          String.valueOf(refusal.getMessage()).startsWith("Charts are left out, since this Java"));
    }
  }

  @Test
  void aFigureNeedsNoFontsOfThisJava() {
    Figure figure = new Figure(720, 100, "t", "what it shows.", List.of());
    Picture picture =
        Painter.paint(
            figure,
            () -> {
              throw new NoClassDefFoundError("sun.awt.X11FontManager");
            });
    MimeBundle bundle = ChartBundle.of(picture);
    assertEquals(List.of("text/html", "text/plain"), List.copyOf(bundle.data().keySet()));
    assertEquals("Chart: t. what it shows.", bundle.data().get("text/plain"));
    assertEquals(Map.of(), bundle.metadata());
  }

  @Test
  void otherErrorsAreNotTakenForMissingFonts() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Painter.paint(() -> fail(new IllegalArgumentException("y holds nothing")), "Chart"));
  }

  private static org.knowm.xchart.XYChart fail(Throwable way) {
    if (way instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) way;
  }
}

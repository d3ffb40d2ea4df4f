package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.AwqStep;
import halfstep.awq.Salience;
import halfstep.calib.Activations;
import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.kernel.spi.MimeBundle;
import halfstep.magics.display.ChartBundle;
import halfstep.magics.table.ScaleSearch;
import halfstep.metric.ErrorMetrics;
import halfstep.metric.LayerError;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.awt.AWTError;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
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
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.png()));
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
    assertPaper(
        HqqCharts.group(
            "t", w, 2, 0, solver.quantized(steps.getFirst()), 1, solver.quantized(steps.get(1))));
  }

  @Test
  void awqChartsArePainted() throws IOException {
    Salience salience = Salience.of(Activations.of(weights()));
    assertPaper(AwqCharts.profile("t", salience));
    assertPaper(AwqCharts.inputs("t", Map.of("q_proj", salience)));
    ChannelScales ones = ChannelScales.ones(4);
    AwqStep identity = new AwqStep(-1, 0, ones, 2);
    List<AwqStep> grid =
        List.of(new AwqStep(0, 0, ones, 1.5), new AwqStep(1, 0.5f, ones, 1), identity);
    assertPaper(
        AwqCharts.searches("t", List.of(new ScaleSearch("q_proj", grid.subList(0, 2), identity))));
  }

  @Test
  void benchChartGrowsWithTheLayers() throws IOException {
    Picture few = BenchCharts.layers("t", errors(1), name -> name);
    Picture many = BenchCharts.layers("t", errors(35), name -> name);
    assertPaper(few);
    assertPaper(many);
    assertTrue(many.height() > few.height() + 400);
  }

  private static List<LayerError> errors(int layers) {
    return IntStream.range(0, layers)
        .mapToObj(i ->
            new LayerError(
                i + ".down_proj",
                new Shape(64, 64),
                new Rtn(),
                QuantSpec.of(3, 64),
                3.7,
                new ErrorMetrics(0.1, 0.02, 0.3, 0.1 + i, 8, 0.99),
                OptionalDouble.empty()))
        .toList();
  }

  @Test
  void bundleSaysItsSizeAndItsWords() {
    Picture picture = AwqCharts.profile("t", Salience.of(Activations.of(weights())));
    MimeBundle bundle = ChartBundle.of(picture);
    assertArrayEquals(
        picture.png(), Base64.getDecoder().decode(String.valueOf(bundle.data().get("image/png"))));
    assertEquals(picture.alternative(), bundle.data().get("text/plain"));
    assertEquals(
        Map.of("image/png", Map.of("width", 720, "height", picture.height())), bundle.metadata());
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

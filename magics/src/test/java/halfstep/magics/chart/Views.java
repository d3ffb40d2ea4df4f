package halfstep.magics.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Svg;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** What every view keeps to, and what a test asks of one. */
final class Views {

  /** An SVG may be no larger. */
  private static final int MOST_BYTES = 60_000;

  private Views() {}

  /** Transparent ground, marks, words inside the figure, an SVG that is small enough. */
  static void assertDrawn(Picture picture) {
    Figure figure = picture.figure().orElseThrow();
    int bytes = Svg.of(figure).getBytes(StandardCharsets.UTF_8).length;
    assertTrue(bytes <= MOST_BYTES, figure.title() + ": " + bytes + " bytes of SVG");
    assertTrue(figure.description().endsWith("."), figure.description());
    assertTrue(picture.alternative().startsWith("Chart: " + figure.title()));
    for (Mark mark : figure.marks()) {
      if (mark instanceof Words words) {
        assertInside(words, figure);
      }
    }
    assertPainted(picture);
  }

  private static void assertInside(Words words, Figure figure) {
    double width = Words.width(words.text(), words.size());
    double left =
        switch (words.anchor()) {
          case START -> words.at().x();
          case MIDDLE -> words.at().x() - width / 2;
          case END -> words.at().x() - width;
        };
    String what = "\"%s\" in \"%s\"".formatted(words.text(), figure.title());
    assertTrue(left >= -1, what + " begins at " + left);
    assertTrue(left + width <= figure.width() + 1, what + " ends at " + (left + width));
    assertTrue(words.at().y() <= figure.height(), what + " stands at " + words.at().y());
    assertTrue(words.at().y() >= words.size() - 2, what + " stands at " + words.at().y());
  }

  private static void assertPainted(Picture picture) {
    BufferedImage image = image(picture);
    assertEquals(2 * picture.width(), image.getWidth());
    assertEquals(2 * picture.height(), image.getHeight());
    assertEquals(0, image.getRGB(0, 0) >>> 24, "the corner is transparent");
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    long painted = IntStream.of(pixels).filter(pixel -> pixel >>> 24 > 100).count();
    assertTrue(painted > 2000, "only " + painted + " pixels are painted");
  }

  private static BufferedImage image(Picture picture) {
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.png().orElseThrow()));
      assertNotNull(image);
      return image;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All words of a picture. */
  static List<String> words(Picture picture) {
    return picture.figure().orElseThrow().marks().stream()
        .filter(Words.class::isInstance)
        .map(mark -> ((Words) mark).text())
        .toList();
  }

  /** All hover titles of a picture. */
  static List<String> titles(Picture picture) {
    return picture.figure().orElseThrow().marks().stream()
        .map(Mark::title)
        .filter(title -> !title.isEmpty())
        .toList();
  }

  static void assertHas(List<String> texts, String... wanted) {
    for (String text : wanted) {
      assertTrue(texts.contains(text), "\"" + text + "\" is none of " + texts);
    }
  }
}

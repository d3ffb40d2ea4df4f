package halfstep.magics.display;

import halfstep.kernel.spi.MimeBundle;
import halfstep.magics.chart.Picture;
import halfstep.magics.figure.TextFigure;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A chart to show: a figure as SVG in the page, the PNG at the size it was laid out for, and the
 * words that replace it.
 */
public final class ChartBundle {

  /** Property by which the launcher says that the terminal shows nothing but ASCII. */
  private static final String ASCII = "halfstep.ascii";

  private ChartBundle() {}

  /** The bundle of a picture for a terminal: it is drawn in characters above its words. */
  public static MimeBundle drawnAsText(Picture picture) {
    MimeBundle bundle = of(picture);
    Map<String, Object> data = new LinkedHashMap<>(bundle.data());
    picture
        .figure()
        .map(figure -> TextFigure.of(figure, Boolean.getBoolean(ASCII)))
        .ifPresent(drawn -> data.put("text/plain", drawn + "\n" + picture.alternative()));
    return new MimeBundle(data, bundle.metadata());
  }

  /** The bundle of a picture. */
  public static MimeBundle of(Picture picture) {
    Map<String, Object> data = new LinkedHashMap<>();
    Map<String, Object> metadata = new LinkedHashMap<>();
    picture.figure().ifPresent(figure -> data.put("text/html", FigureHtml.of(figure)));
    picture
        .png()
        .ifPresent(png -> {
          data.put("image/png", Base64.getEncoder().encodeToString(png));
          metadata.put("image/png", Map.of("width", picture.width(), "height", picture.height()));
        });
    data.put("text/plain", picture.alternative());
    return new MimeBundle(data, metadata);
  }
}

package halfstep.magics.display;

import halfstep.kernel.spi.MimeBundle;
import halfstep.magics.chart.Picture;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** A chart to show: the PNG at the size it was laid out for, and the words that replace it. */
public final class ChartBundle {

  private ChartBundle() {}

  /** The bundle of a picture. */
  public static MimeBundle of(Picture picture) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("image/png", Base64.getEncoder().encodeToString(picture.png()));
    data.put("text/plain", picture.alternative());
    return new MimeBundle(
        data, Map.of("image/png", Map.of("width", picture.width(), "height", picture.height())));
  }
}

package halfstep.magics.display;

import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Svg;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Figures in a page. SVG stands in the page itself, where it has hover titles and the page's
 * colours. A front end that does not trust the notebook drops the SVG's tags but keeps what is
 * between them: its labels then take no room, and the same figure shows as an image that lies
 * hidden in the SVG.
 */
final class FigureHtml {

  private FigureHtml() {}

  static String of(Figure figure) {
    return framed(Svg.of(figure), figure);
  }

  /**
   * @param svg the figure as it is shown where it is trusted
   * @param still what remains elsewhere
   */
  static String framed(String svg, Figure still) {
    String image =
        "<g display=\"none\"><foreignObject><img style=\"visibility:visible\" alt=\"%s\" width=\"%d\" src=\"data:image/svg+xml;base64,%s\"></foreignObject></g>"
            .formatted(
                HtmlTable.escape(still.title() + ". " + still.description()),
                still.width(),
                Base64.getEncoder()
                    .encodeToString(Svg.file(still).getBytes(StandardCharsets.UTF_8)));
    return "<div style=\"font-size:0;visibility:hidden\">%s</div>"
        .formatted(svg.replace("</svg>", image + "</svg>"));
  }
}

package halfstep.magics.figure;

import halfstep.magics.figure.Mark.Area;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Dots;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import java.util.List;

/**
 * Figures as SVG: real text, a title and a description for screen readers, hover titles without a
 * script, no ids, no fonts or files from elsewhere. Words and axes take the page's text colour.
 */
public final class Svg {

  private static final String FONT =
      "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif";

  private final StringBuilder text = new StringBuilder();
  private final boolean hovers;

  private Svg(boolean hovers) {
    this.hovers = hovers;
  }

  /** The figure as an element to stand in a page, whose text colour it takes. */
  public static String of(Figure figure) {
    return new Svg(true).write(figure, List.of(), "inherit");
  }

  /** The figure as a file of its own: grey where no page gives a colour, nothing to hover on. */
  public static String file(Figure figure) {
    return new Svg(false).write(figure, List.of(), Numbers.hex(Ink.TEXT));
  }

  /**
   * Several figures in one that share most of their marks.
   *
   * @param shared what all have
   * @param frames what each has more, as groups of class {@code frame}; all but the last are hidden
   */
  public static String of(Figure shared, List<List<Mark>> frames) {
    return new Svg(true).write(shared, frames, "inherit");
  }

  private String write(Figure figure, List<List<Mark>> frames, String colour) {
    open(figure, colour);
    figure.marks().forEach(this::mark);
    for (int i = 0; i < frames.size(); i++) {
      String hidden = i == frames.size() - 1 ? "" : " display=\"none\"";
      text.append("<g class=\"frame\"").append(hidden).append(">\n");
      frames.get(i).forEach(this::mark);
      text.append("</g>\n");
    }
    return text.append("</svg>").toString();
  }

  private void open(Figure figure, String colour) {
    text.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%d\" height=\"%d\""
            .formatted(figure.width(), figure.height()));
    text.append(
        " viewBox=\"0 0 %d %d\" font-family=\"%s\" font-size=\"%s\" fill=\"currentColor\""
            .formatted(figure.width(), figure.height(), FONT, Numbers.text(Words.PLAIN)));
    text.append(
        " style=\"color:%s;max-width:100%%;height:auto;overflow:visible;visibility:visible\">"
            .formatted(colour));
    text.append("\n<title>").append(escape(figure.title())).append("</title>");
    text.append("<desc>").append(escape(figure.description())).append("</desc>\n");
  }

  private void mark(Mark mark) {
    switch (mark) {
      case Lines lines -> lines(lines);
      case Dots dots -> dots(dots);
      case Symbol symbol -> symbol(symbol);
      case Bar bar -> bar(bar);
      case Area area -> area(area);
      case Words words -> words(words);
    }
    text.append('\n');
  }

  private void lines(Lines lines) {
    Stroke stroke = lines.stroke();
    text.append("<path d=\"");
    lines.pieces().forEach(piece -> text.append(Numbers.path(piece)));
    text.append("\" fill=\"none\" stroke=\"").append(colour(stroke.ink()));
    text.append("\" stroke-width=\"").append(Numbers.text(stroke.width())).append('"');
    if (!stroke.dash().lengths().isEmpty()) {
      text.append(" stroke-dasharray=\"").append(stroke.dash().lengths()).append('"');
    }
    opacity(stroke.opacity());
    close("path", lines.title());
  }

  /** Lines of no length with round ends: eight characters a dot. */
  private void dots(Dots dots) {
    text.append("<path d=\"");
    for (Point at : dots.at()) {
      text.append('M').append(Numbers.text(at.x())).append(' ').append(Numbers.text(at.y()));
      text.append("h0");
    }
    text.append("\" fill=\"none\" stroke-linecap=\"round\" stroke=\"").append(colour(dots.ink()));
    text.append("\" stroke-width=\"").append(Numbers.text(2 * dots.radius())).append('"');
    opacity(dots.opacity());
    close("path", "");
  }

  private void symbol(Symbol symbol) {
    double r = symbol.radius();
    double x = symbol.at().x();
    double y = symbol.at().y();
    switch (symbol.form()) {
      case CIRCLE, RING -> {
        text.append("<circle cx=\"").append(Numbers.text(x)).append("\" cy=\"");
        text.append(Numbers.text(y)).append("\" r=\"").append(Numbers.text(r)).append('"');
        if (symbol.form() == Mark.Form.RING) {
          text.append(" fill=\"none\" stroke-width=\"1.6\" stroke=\"");
          text.append(colour(symbol.ink())).append('"');
        } else {
          fill(symbol.ink());
        }
        close("circle", symbol.title());
      }
      case DIAMOND, SQUARE, TRIANGLE, CROSS -> {
        text.append("<path d=\"").append(Numbers.path(Outlines.of(symbol))).append("z\"");
        fill(symbol.ink());
        close("path", symbol.title());
      }
    }
  }

  private void bar(Bar bar) {
    text.append("<rect x=\"").append(Numbers.text(bar.left()));
    text.append("\" y=\"").append(Numbers.text(bar.top()));
    text.append("\" width=\"").append(Numbers.text(Math.max(0, bar.width())));
    text.append("\" height=\"").append(Numbers.text(bar.height())).append('"');
    fill(bar.ink());
    opacity(bar.opacity());
    close("rect", bar.title());
  }

  private void area(Area area) {
    text.append("<path d=\"").append(Numbers.path(area.outline())).append("z\"");
    fill(area.ink());
    opacity(area.opacity());
    close("path", area.title());
  }

  private void words(Words words) {
    String x = Numbers.text(words.at().x());
    String y = Numbers.text(words.at().y());
    text.append("<text x=\"").append(x).append("\" y=\"").append(y).append('"');
    switch (words.anchor()) {
      case START -> {}
      case MIDDLE -> text.append(" text-anchor=\"middle\"");
      case END -> text.append(" text-anchor=\"end\"");
    }
    if (words.size() != Words.PLAIN) {
      text.append(" font-size=\"").append(Numbers.text(words.size())).append('"');
    }
    if (words.turned()) {
      text.append(" transform=\"rotate(-90 ").append(x).append(' ').append(y).append(")\"");
    }
    fill(words.ink());
    text.append('>');
    if (hovers && !words.title().isEmpty()) {
      text.append("<title>").append(escape(words.title())).append("</title>");
    }
    text.append(escape(words.text())).append("</text>");
  }

  private void fill(Ink ink) {
    if (ink != Ink.TEXT) {
      text.append(" fill=\"").append(colour(ink)).append('"');
    }
  }

  private void opacity(double opacity) {
    if (opacity < 1) {
      text.append(" opacity=\"").append(Numbers.text(opacity)).append('"');
    }
  }

  private void close(String tag, String title) {
    if (title.isEmpty() || !hovers) {
      text.append("/>");
    } else {
      text.append("><title>").append(escape(title)).append("</title></").append(tag).append('>');
    }
  }

  private static String colour(Ink ink) {
    return ink == Ink.TEXT ? "currentColor" : Numbers.hex(ink);
  }

  private static String escape(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}

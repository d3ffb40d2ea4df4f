package halfstep.magics.chart;

import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Area;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Dots;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Outlines;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Stroke;
import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Paints a figure's marks as they are written in SVG. */
final class FigurePainter {

  private final Graphics2D graphics;

  FigurePainter(Graphics2D graphics) {
    this.graphics = graphics;
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
  }

  void paint(Figure figure) {
    figure.marks().forEach(this::mark);
  }

  private void mark(Mark mark) {
    switch (mark) {
      case Lines lines -> lines(lines);
      case Dots dots -> dots(dots);
      case Symbol symbol -> symbol(symbol);
      case Bar bar -> {
        ink(bar.ink(), bar.opacity());
        graphics.fill(
            new Rectangle2D.Double(bar.left(), bar.top(), Math.max(0, bar.width()), bar.height()));
      }
      case Area area -> {
        ink(area.ink(), area.opacity());
        graphics.fill(path(area.outline(), true));
      }
      case Words words -> words(words);
    }
  }

  private void lines(Lines lines) {
    Stroke stroke = lines.stroke();
    ink(stroke.ink(), stroke.opacity());
    graphics.setStroke(stroke(stroke));
    lines.pieces().forEach(piece -> graphics.draw(path(piece, false)));
  }

  private static BasicStroke stroke(Stroke stroke) {
    float width = (float) stroke.width();
    if (stroke.dash().lengths().isEmpty()) {
      return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
    }
    String[] words = stroke.dash().lengths().split(" ");
    float[] lengths = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      lengths[i] = Float.parseFloat(words[i]);
    }
    return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, lengths, 0);
  }

  private void dots(Dots dots) {
    ink(dots.ink(), dots.opacity());
    dots.at().forEach(at -> graphics.fill(circle(at, dots.radius())));
  }

  private void symbol(Symbol symbol) {
    ink(symbol.ink(), 1);
    if (symbol.form() == Form.RING) {
      graphics.setStroke(new BasicStroke(1.6f));
      graphics.draw(circle(symbol.at(), symbol.radius()));
    } else if (symbol.form() == Form.CIRCLE) {
      graphics.fill(circle(symbol.at(), symbol.radius()));
    } else {
      graphics.fill(path(Outlines.of(symbol), true));
    }
  }

  private void words(Words words) {
    ink(words.ink(), 1);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) words.size()));
    double width = graphics.getFontMetrics().stringWidth(words.text());
    double shift =
        switch (words.anchor()) {
          case START -> 0;
          case MIDDLE -> -width / 2;
          case END -> -width;
        };
    AffineTransform before = graphics.getTransform();
    graphics.translate(words.at().x(), words.at().y());
    if (words.turned()) {
      graphics.rotate(-Math.PI / 2);
    }
    graphics.drawString(words.text(), (float) shift, 0f);
    graphics.setTransform(before);
  }

  private void ink(Ink ink, double opacity) {
    graphics.setColor(new Color(ink.rgb()));
    graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) opacity));
  }

  private static Ellipse2D circle(Point at, double r) {
    return new Ellipse2D.Double(at.x() - r, at.y() - r, 2 * r, 2 * r);
  }

  private static Path2D path(List<Point> points, boolean closed) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.getFirst().x(), points.getFirst().y());
    points.stream().skip(1).forEach(point -> path.lineTo(point.x(), point.y()));
    if (closed) {
      path.closePath();
    }
    return path;
  }
}

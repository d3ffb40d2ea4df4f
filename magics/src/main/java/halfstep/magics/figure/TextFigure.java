package halfstep.magics.figure;

import halfstep.magics.figure.CharacterGrid.Signs;
import halfstep.magics.figure.Mark.Area;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Dots;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import java.util.List;

/**
 * Figures as text for a terminal, a hundred characters wide: lines, dots and surfaces in Braille
 * dots or, where the terminal has none, in ASCII. Colours are left out; forms and dashes tell
 * series apart.
 */
public final class TextFigure {

  /** Pixels that a character takes; as wide as one of a label, so that labels keep their places. */
  private static final double WIDE = 7.2;

  private static final double HIGH = 2 * WIDE;
  private static final double DOT = WIDE / CharacterGrid.DOTS_ACROSS;

  /** Strokes fainter than this help the eye and are no data. */
  private static final double FAINT = 0.45;

  /** Where a label goes if its place is taken, in characters right and rows down. */
  private static final int[][] NEARBY = {
    {0, 0}, {1, 0}, {-1, 0}, {2, 0}, {-2, 0}, {0, 1}, {0, -1}, {1, 1}, {1, -1}, {4, 0}, {-4, 0}
  };

  private final CharacterGrid grid;
  private final Signs signs;

  private TextFigure(Figure figure, Signs signs) {
    this.grid =
        new CharacterGrid(
            (int) Math.ceil(figure.width() / WIDE), (int) Math.ceil(figure.height() / HIGH));
    this.signs = signs;
  }

  /**
   * A figure as lines of text.
   *
   * @param ascii whether the terminal shows nothing else
   */
  public static String of(Figure figure, boolean ascii) {
    TextFigure text = new TextFigure(figure, ascii ? Signs.ASCII : Signs.UNICODE);
    figure.marks().stream().filter(mark -> !(mark instanceof Words)).forEach(text::mark);
    figure.marks().stream().filter(Words.class::isInstance).forEach(text::mark);
    return text.grid.text(text.signs);
  }

  private void mark(Mark mark) {
    switch (mark) {
      case Lines lines -> lines.pieces().forEach(piece -> line(piece, lines.stroke()));
      case Dots dots -> dots.at().forEach(this::dot);
      case Symbol symbol -> symbol(symbol);
      case Bar bar -> bar(bar);
      case Area area -> area(area);
      case Words words -> words(words);
    }
  }

  private static int dots(double pixels) {
    return (int) Math.floor(pixels / DOT);
  }

  private static int column(double x) {
    return (int) Math.floor(x / WIDE);
  }

  private static int row(double y) {
    return (int) Math.floor(y / HIGH);
  }

  private void dot(Point at) {
    grid.dot(dots(at.x()), dots(at.y()));
  }

  private void line(List<Point> points, Stroke stroke) {
    boolean helps = stroke.opacity() < FAINT;
    double[] dashes = dashes(stroke);
    double walked = 0;
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      double length = Math.hypot(to.x() - from.x(), to.y() - from.y());
      int steps = Math.max(1, (int) Math.ceil(2 * length / DOT));
      for (int step = 0; step <= steps; step++) {
        double share = (double) step / steps;
        double x = from.x() + share * (to.x() - from.x());
        double y = from.y() + share * (to.y() - from.y());
        if (helps) {
          grid.help(column(x), row(y), Math.abs(to.x() - from.x()) > Math.abs(to.y() - from.y()));
        } else if (inked(dashes, walked + share * length)) {
          dot(new Point(x, y));
        }
      }
      walked += length;
    }
  }

  /** Lengths of dashes and gaps in turn, stretched so that a gap is more than a dot. */
  private static double[] dashes(Stroke stroke) {
    String lengths = stroke.dash().lengths();
    if (lengths.isEmpty()) {
      return new double[0];
    }
    String[] words = lengths.split(" ");
    double[] dashes = new double[words.length];
    for (int i = 0; i < dashes.length; i++) {
      dashes[i] = 2 * Double.parseDouble(words[i]);
    }
    return dashes;
  }

  private static boolean inked(double[] dashes, double walked) {
    double period = 0;
    for (double dash : dashes) {
      period += dash;
    }
    double left = period == 0 ? 0 : walked % period;
    for (int i = 0; i < dashes.length; i++) {
      if (left < dashes[i]) {
        return i % 2 == 0;
      }
      left -= dashes[i];
    }
    return true;
  }

  private void symbol(Symbol symbol) {
    grid.write(column(symbol.at().x()), row(symbol.at().y()), sign(symbol.form()));
  }

  private int sign(Form form) {
    boolean ascii = signs == Signs.ASCII;
    return switch (form) {
      case CIRCLE -> ascii ? 'o' : '●';
      case DIAMOND -> ascii ? 'v' : '◆';
      case SQUARE -> ascii ? '#' : '■';
      case TRIANGLE -> ascii ? '^' : '▲';
      case CROSS -> ascii ? 'x' : '×';
      case RING -> ascii ? 'O' : '○';
    };
  }

  private static int shade(double opacity) {
    return Math.clamp((int) Math.ceil(4 * opacity), 1, 4);
  }

  /** At least a dot each way, for what has a height of zero is there as well. */
  private void bar(Bar bar) {
    int left = (int) Math.round(bar.left() / DOT);
    int top = (int) Math.round(bar.top() / DOT);
    int right = Math.max(left + 1, (int) Math.round((bar.left() + bar.width()) / DOT));
    int bottom = Math.max(top + 1, (int) Math.round((bar.top() + bar.height()) / DOT));
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        grid.surface(x, y, shade(bar.opacity()));
      }
    }
  }

  /** The dots whose middles have an odd number of edges to their left. */
  private void area(Area area) {
    for (int y = 0; y < grid.rows() * CharacterGrid.DOTS_DOWN; y++) {
      for (int x = 0; x < grid.columns() * CharacterGrid.DOTS_ACROSS; x++) {
        if (inside(area.outline(), (x + 0.5) * DOT, (y + 0.5) * DOT)) {
          grid.surface(x, y, shade(area.opacity()));
        }
      }
    }
  }

  private static boolean inside(List<Point> outline, double x, double y) {
    boolean inside = false;
    Point last = outline.getLast();
    for (Point next : outline) {
      if (last.y() > y != next.y() > y) {
        double crossing = last.x() + (y - last.y()) / (next.y() - last.y()) * (next.x() - last.x());
        inside ^= crossing < x;
      }
      last = next;
    }
    return inside;
  }

  /** What would run upwards stands level: a line of a terminal is twice as high as wide. */
  private void words(Words words) {
    int[] characters = words.text().codePoints().toArray();
    int length = characters.length;
    int column = column(words.at().x() + WIDE / 2);
    int row = row(words.at().y() - 0.36 * words.size());
    int start =
        switch (words.anchor()) {
          case START -> column;
          case MIDDLE -> column - length / 2;
          case END -> column - length;
        };
    start = Math.max(0, Math.min(start, grid.columns() - length));
    for (int[] by : NEARBY) {
      if (grid.hasRoom(start + by[0], row + by[1], length)) {
        for (int i = 0; i < length; i++) {
          grid.write(start + by[0] + i, row + by[1], characters[i]);
        }
        return;
      }
    }
  }
}

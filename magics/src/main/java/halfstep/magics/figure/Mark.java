package halfstep.magics.figure;

import java.util.List;

/** One thing that is drawn. Where a title is not empty, it is read out and shown on hovering. */
public sealed interface Mark {

  /** What hovering tells; empty for nothing. */
  String title();

  /**
   * Lines, each through its points.
   *
   * @param pieces the lines, each with at least two points
   */
  record Lines(List<List<Point>> pieces, Stroke stroke, String title) implements Mark {
    /** Takes copies. */
    public Lines {
      pieces = pieces.stream().map(List::copyOf).toList();
    }

    /** One line. */
    public static Lines through(List<Point> points, Stroke stroke) {
      return new Lines(List.of(points), stroke, "");
    }

    /** One straight line. */
    public static Lines between(Point from, Point to, Stroke stroke) {
      return through(List.of(from, to), stroke);
    }
  }

  /** Many round dots as one mark: small, but without titles of their own. */
  record Dots(List<Point> at, double radius, Ink ink, double opacity) implements Mark {
    /** Takes a copy. */
    public Dots {
      at = List.copyOf(at);
    }

    @Override
    public String title() {
      return "";
    }
  }

  /** One dot in a form that tells its series without colour. */
  record Symbol(Point at, Form form, double radius, Ink ink, String title) implements Mark {}

  /** A filled rectangle. */
  record Bar(
      double left, double top, double width, double height, Ink ink, double opacity, String title)
      implements Mark {}

  /** A filled outline. */
  record Area(List<Point> outline, Ink ink, double opacity, String title) implements Mark {
    /** Takes a copy. */
    public Area {
      outline = List.copyOf(outline);
    }
  }

  /**
   * Text on one line.
   *
   * @param at its foot; where there depends on the anchor
   * @param turned whether it runs upwards
   */
  record Words(
      Point at, String text, Anchor anchor, double size, Ink ink, boolean turned, String title)
      implements Mark {

    /** Size of labels in pixels. */
    public static final double PLAIN = 12;

    /** Text in the page's colour and the usual size. */
    public static Words of(Point at, String text, Anchor anchor) {
      return new Words(at, text, anchor, PLAIN, Ink.TEXT, false, "");
    }

    /** About how wide a text will be, in pixels: which font draws it is not known here. */
    public static double width(String text, double size) {
      return 0.56 * size * text.codePointCount(0, text.length());
    }

    /** The same in another size. */
    public Words sized(double other) {
      return new Words(at, text, anchor, other, ink, turned, title);
    }

    /** The same in another colour. */
    public Words in(Ink other) {
      return new Words(at, text, anchor, size, other, turned, title);
    }

    /** The same, running upwards. */
    public Words upwards() {
      return new Words(at, text, anchor, size, ink, true, title);
    }

    /** The same with something to tell on hovering. */
    public Words titled(String other) {
      return new Words(at, text, anchor, size, ink, turned, other);
    }
  }

  /** Which end of a text is given. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** Forms of dots. */
  enum Form {
    CIRCLE,
    DIAMOND,
    SQUARE,
    TRIANGLE,
    CROSS,
    RING;

    private static final List<Form> SERIES = List.of(CIRCLE, DIAMOND, SQUARE, TRIANGLE, CROSS);

    /** The form of a series; repeats after five. */
    public static Form series(int number) {
      return SERIES.get(number % SERIES.size());
    }
  }
}

package halfstep.magics.figure;

import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * A rectangle of a figure with its two scales.
 *
 * @param left pixels from the figure's left
 * @param top pixels from its top
 * @param width of the rectangle
 * @param height of the rectangle
 * @param across scale from left to right
 * @param up scale from bottom to top
 */
public record Panel(double left, double top, double width, double height, Scale across, Scale up) {

  private static final double TICK = 56;
  private static final double SMALL = 11;

  /** Pixels from the left at which a value lies. */
  public double x(double value) {
    return left + width * across.share(value);
  }

  /** Pixels from the top at which a value lies. */
  public double y(double value) {
    return top + height * (1 - up.share(value));
  }

  /** The place of a pair of values. */
  public Point at(double x, double y) {
    return new Point(x(x), y(y));
  }

  /** Right edge. */
  public double right() {
    return left + width;
  }

  /** Bottom edge. */
  public double bottom() {
    return top + height;
  }

  /** Labels and helping lines of the horizontal axis. */
  public List<Mark> axisAcross(String title, DoubleFunction<String> label) {
    List<Mark> marks = new ArrayList<>();
    List<List<Point>> lines = new ArrayList<>();
    for (double tick : across.ticks((int) (width / TICK))) {
      lines.add(List.of(new Point(x(tick), top), new Point(x(tick), bottom())));
      marks.add(
          Words.of(new Point(x(tick), bottom() + 15), label.apply(tick), Anchor.MIDDLE)
              .sized(SMALL));
    }
    marks.addFirst(new Lines(lines, Stroke.HAIR, ""));
    marks.add(Words.of(new Point(left + width / 2, bottom() + 32), title, Anchor.MIDDLE));
    return marks;
  }

  /** Labels and helping lines of the vertical axis; its name stands above, level. */
  public List<Mark> axisUp(String title, DoubleFunction<String> label) {
    List<Mark> marks = new ArrayList<>();
    List<List<Point>> lines = new ArrayList<>();
    for (double tick : up.ticks((int) Math.max(2, height / (0.75 * TICK)))) {
      lines.add(List.of(new Point(left, y(tick)), new Point(right(), y(tick))));
      marks.add(
          Words.of(new Point(left - 6, y(tick) + 4), label.apply(tick), Anchor.END).sized(SMALL));
    }
    marks.addFirst(new Lines(lines, Stroke.HAIR, ""));
    if (!title.isEmpty()) {
      marks.add(Words.of(new Point(left, top - 8), title, Anchor.START));
    }
    return marks;
  }

  /** A line through pairs of values. */
  public Lines line(List<Point> values, Stroke stroke) {
    return Lines.through(values.stream().map(value -> at(value.x(), value.y())).toList(), stroke);
  }
}

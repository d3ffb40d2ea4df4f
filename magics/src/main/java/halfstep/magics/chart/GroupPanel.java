package halfstep.magics.chart;

import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Dots;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.table.NumberText;
import java.util.ArrayList;
import java.util.List;

/** A group's weights on their grid: levels, the staircase of reconstructions, dots for weights. */
final class GroupPanel {

  /** More levels than this would be a grey surface. */
  private static final int MOST_LEVELS = 32;

  private static final double LABEL = 10;
  private static final double DOT = 2.2;

  private final Panel panel;

  /**
   * @param least smallest value to show
   * @param most largest one
   */
  GroupPanel(
      double left,
      double top,
      double width,
      double height,
      int weights,
      double least,
      double most) {
    double room = 0.03 * (most - least);
    this.panel =
        new Panel(
            left,
            top,
            width,
            height,
            Scale.linear(-0.5, weights - 0.5),
            Scale.linear(least - room, most + room));
  }

  List<Mark> axes(GroupOnGrid group) {
    List<Mark> marks = new ArrayList<>();
    panel
        .up()
        .ticks(6)
        .forEach(tick ->
            marks.add(
                Words.of(
                        new Point(panel.left() - 6, panel.y(tick) + 4),
                        NumberText.plain(tick),
                        Anchor.END)
                    .sized(11)));
    marks.add(Words.of(new Point(panel.left(), panel.top() - 8), "value", Anchor.START).sized(11));
    marks.add(
        Words.of(
            new Point(panel.left() + panel.width() / 2, panel.bottom() + 18),
            group.count(),
            Anchor.MIDDLE));
    return marks;
  }

  /** A thin line for each code with its number at the end, as far as there is room. */
  List<Mark> levels(GroupOnGrid group) {
    if (group.maxCode() >= MOST_LEVELS) {
      return List.of();
    }
    List<Mark> marks = new ArrayList<>();
    List<List<Point>> lines = new ArrayList<>();
    double apart = panel.y(group.level(0)) - panel.y(group.level(1));
    int every = (int) Math.max(1, Math.ceil((LABEL + 1) / Math.max(apart, 1)));
    for (int code = 0; code <= group.maxCode(); code++) {
      double y = panel.y(group.level(code));
      lines.add(List.of(new Point(panel.left(), y), new Point(panel.right(), y)));
      if (code % every == 0) {
        marks.add(
            Words.of(
                    new Point(panel.right() + 5, y + 0.35 * LABEL),
                    String.valueOf(code),
                    Anchor.START)
                .sized(LABEL));
      }
    }
    marks.addFirst(new Lines(lines, Stroke.HAIR, ""));
    marks.add(
        Words.of(new Point(panel.right() + 5, panel.top() - 8), "code", Anchor.START).sized(LABEL));
    return marks;
  }

  /** Level stretches, joined where they differ. */
  Mark staircase(GroupOnGrid group, Stroke stroke) {
    List<Point> points = new ArrayList<>();
    int size = group.codes().size();
    for (int from = 0; from < size; ) {
      int to = from + 1;
      while (to < size && group.codes().get(to).equals(group.codes().get(from))) {
        to++;
      }
      double level = group.reconstruction(from);
      points.add(panel.at(from - 0.5, level));
      points.add(panel.at(to - 0.5, level));
      from = to;
    }
    return Lines.through(points, stroke);
  }

  /** A thin line from each weight to what it became. */
  Mark errors(GroupOnGrid group) {
    List<List<Point>> pieces = new ArrayList<>();
    for (int i = 0; i < group.weights().size(); i++) {
      pieces.add(
          List.of(
              panel.at(i, group.weights().get(i).value()), panel.at(i, group.reconstruction(i))));
    }
    return new Lines(pieces, Stroke.line(Ink.ORANGE).withWidth(1).withOpacity(0.8), "");
  }

  /** The weights without hover titles. */
  Mark dots(GroupOnGrid group) {
    List<Point> at = new ArrayList<>();
    for (int i = 0; i < group.weights().size(); i++) {
      at.add(panel.at(i, group.weights().get(i).value()));
    }
    return new Dots(at, DOT, Ink.TEXT, 1);
  }

  /** The weights, each telling its figures. */
  List<Mark> told(GroupOnGrid group) {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < group.weights().size(); i++) {
      float value = group.weights().get(i).value();
      double became = group.reconstruction(i);
      String title =
          "w = %s, code %d, ŵ = %s, w − ŵ = %s"
              .formatted(
                  NumberText.plain(value),
                  group.codes().get(i),
                  NumberText.plain(became),
                  NumberText.scientific(value - became));
      marks.add(new Symbol(panel.at(i, value), Form.CIRCLE, DOT, Ink.TEXT, title));
    }
    return marks;
  }

  /** Rings around the weights whose code another state had otherwise, with the way they moved. */
  List<Mark> flips(GroupOnGrid before, GroupOnGrid after) {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < after.codes().size(); i++) {
      int old = before.codes().get(i);
      int now = after.codes().get(i);
      if (old != now) {
        float value = after.weights().get(i).value();
        String title = "w = %s: code %d → %d".formatted(NumberText.plain(value), old, now);
        marks.add(
            Lines.between(
                panel.at(i, before.level(old)),
                panel.at(i, after.level(now)),
                Stroke.line(Ink.RED)));
        marks.add(new Symbol(panel.at(i, value), Form.RING, 5, Ink.RED, title));
      }
    }
    return marks;
  }
}

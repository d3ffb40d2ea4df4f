package halfstep.magics.chart;

import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Stroke;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What inks, forms and dashes mean, in lines as wide as the figure. */
final class Legend {

  private static final double LINE = 18;
  private static final double KEY = 26;
  private static final double GAP = 20;

  /** An entry with a dot, a stretch of line, or both. */
  record Entry(String label, Optional<Form> form, Optional<Stroke> stroke, Ink ink) {
    static Entry dot(String label, Form form, Ink ink) {
      return new Entry(label, Optional.of(form), Optional.empty(), ink);
    }

    static Entry line(String label, Stroke stroke) {
      return new Entry(label, Optional.empty(), Optional.of(stroke), stroke.ink());
    }

    private double width() {
      return KEY + Words.width(label, Words.PLAIN) + GAP;
    }
  }

  private final List<List<Entry>> lines = new ArrayList<>();

  /** Breaks entries into lines. */
  Legend(List<Entry> entries) {
    double used = Figure.WIDTH;
    for (Entry entry : entries) {
      if (used + entry.width() - GAP > Figure.WIDTH) {
        lines.add(new ArrayList<>());
        used = 0;
      }
      lines.getLast().add(entry);
      used += entry.width();
    }
  }

  /** Pixels that it takes. */
  double height() {
    return LINE * lines.size();
  }

  /** The legend with its upper edge there. */
  List<Mark> marks(double top) {
    List<Mark> marks = new ArrayList<>();
    double base = top + LINE - 4;
    for (List<Entry> line : lines) {
      double left = 0;
      for (Entry entry : line) {
        double x = left;
        double y = base - 4;
        entry
            .stroke()
            .ifPresent(stroke ->
                marks.add(Lines.between(new Point(x, y), new Point(x + KEY - 6, y), stroke)));
        entry
            .form()
            .ifPresent(
                form -> marks.add(new Symbol(new Point(x + 10, y), form, 4.5, entry.ink(), "")));
        marks.add(Words.of(new Point(x + KEY, base), entry.label(), Anchor.START));
        left += entry.width();
      }
      base += LINE;
    }
    return marks;
  }
}

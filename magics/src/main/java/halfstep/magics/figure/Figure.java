package halfstep.magics.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * A figure, ready to be written or painted.
 *
 * @param width in CSS pixels
 * @param height in CSS pixels
 * @param title what it is called; the first thing a screen reader says
 * @param description what it shows, with the figures that matter
 * @param marks in the order in which they are drawn
 */
public record Figure(int width, int height, String title, String description, List<Mark> marks) {

  /** Width of a figure that fills a notebook's column. */
  public static final int WIDTH = 720;

  /** Takes a copy of the marks. */
  public Figure {
    marks = List.copyOf(marks);
  }

  /** The same with more marks on top. */
  public Figure with(List<Mark> more) {
    List<Mark> all = new ArrayList<>(marks);
    all.addAll(more);
    return new Figure(width, height, title, description, all);
  }
}

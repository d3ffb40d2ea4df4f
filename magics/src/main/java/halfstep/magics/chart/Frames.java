package halfstep.magics.chart;

import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Mark;
import java.util.List;

/**
 * A sequence of figures that share most of their marks.
 *
 * @param shared what all of them show
 * @param frames at least one
 */
public record Frames(Figure shared, List<Frame> frames) {

  /** Takes a copy. */
  public Frames {
    frames = List.copyOf(frames);
  }

  /**
   * One of them.
   *
   * @param title a few words
   * @param sentence what it shows, with its figures
   * @param marks what it has more than the others
   */
  public record Frame(String title, String sentence, List<Mark> marks) {
    /** Takes a copy. */
    public Frame {
      marks = List.copyOf(marks);
    }
  }

  /** One frame as a figure of its own. */
  public Figure figure(int frame) {
    Frame one = frames.get(frame);
    return new Figure(
            shared.width(),
            shared.height(),
            shared.title() + ", " + one.title(),
            one.sentence(),
            shared.marks())
        .with(one.marks());
  }

  /** The last frame, painted: what remains on paper. */
  public Picture last() {
    return Painter.paint(figure(frames.size() - 1));
  }
}

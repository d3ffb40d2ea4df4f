package halfstep.magics.chart;

import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.magics.chart.Frames.Frame;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.figure.Stroke.Dash;
import halfstep.magics.table.NumberText;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * HQQ's walk as frames: one group's weights on its grid in each state, the weights whose codes
 * flipped marked, and beside it how far the errors of the whole matrix have come.
 */
public final class HqqFrames {

  private static final int HEIGHT = 392;
  private static final double TOP = 92;
  private static final double TALL = 250;

  private record Curve(
      String label, ToDoubleFunction<HqqStep> error, Ink ink, Dash dash, Form form) {
    double relative(HqqStep step, HqqStep start) {
      double first = error.applyAsDouble(start);
      return first == 0 ? 1 : error.applyAsDouble(step) / first;
    }
  }

  private static final List<Curve> CURVES =
      List.of(
          new Curve("mean |w − ŵ|^p", HqqStep::meanLpError, Ink.BLUE, Dash.SOLID, Form.CIRCLE),
          new Curve("mean |w − ŵ|", HqqStep::meanAbsError, Ink.ORANGE, Dash.DASHED, Form.DIAMOND));

  private final Matrix w;
  private final HqqSolver solver;
  private final List<HqqStep> steps;
  private final int group;

  private HqqFrames(Matrix w, HqqSolver solver, List<HqqStep> steps, int group) {
    this.w = w;
    this.solver = solver;
    this.steps = steps;
    this.group = group;
  }

  /**
   * A frame per step.
   *
   * @param w weights, {@code out × in}; not modified
   * @param solver whose steps these are
   * @param steps at least one
   * @param group the group to look at
   */
  public static Frames of(
      String title, Matrix w, HqqSolver solver, List<HqqStep> steps, int group) {
    return new HqqFrames(w, solver, steps, group).frames(title);
  }

  private Frames frames(String title) {
    List<GroupOnGrid> states =
        steps.stream().map(step -> GroupOnGrid.of(w, solver.quantized(step), group)).toList();
    GroupOnGrid first = states.getFirst();
    double least = states.stream().mapToDouble(GroupOnGrid::least).min().orElseThrow();
    double most = states.stream().mapToDouble(GroupOnGrid::most).max().orElseThrow();
    GroupPanel grid = new GroupPanel(64, TOP, 366, TALL, first.weights().size(), least, most);
    Panel curves = curves();
    List<Mark> shared = new ArrayList<>();
    shared.add(Heading.of(title));
    shared.addAll(grid.axes(first));
    shared.addAll(curveMarks(curves));
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      frames.add(frame(i, grid, states, curves));
    }
    String description =
        "Group %d of the weights, sorted, on the grid of its codes; beside it the errors of the whole matrix relative to the start."
            .formatted(group);
    return new Frames(new Figure(Figure.WIDTH, HEIGHT, title, description, shared), frames);
  }

  private Frame frame(int at, GroupPanel grid, List<GroupOnGrid> states, Panel curves) {
    HqqStep step = steps.get(at);
    GroupOnGrid now = states.get(at);
    List<Mark> marks = new ArrayList<>(grid.levels(now));
    if (at > 0) {
      marks.add(
          grid.staircase(
              states.getFirst(), Stroke.line(Ink.TEXT).with(Dash.DOTTED).withOpacity(0.7)));
    }
    marks.add(grid.staircase(now, Stroke.line(Ink.BLUE)));
    List<Mark> flips = at == 0 ? List.of() : grid.flips(states.get(at - 1), now);
    marks.addAll(flips);
    marks.add(grid.dots(now));
    for (Curve curve : CURVES) {
      Point place = curves.at(step.index(), curve.relative(step, steps.getFirst()));
      marks.add(new Symbol(place, curve.form(), 5, curve.ink(), ""));
    }
    String errors =
        "iteration %d: objective mean |w − ŵ|^p %s, mean |w − ŵ| %s"
            .formatted(
                step.index(),
                NumberText.scientific(step.meanLpError()),
                NumberText.scientific(step.meanAbsError()));
    String moves =
        "zeros moved by %s on average, to %s here; %d codes flipped, %d here; %s over the threshold"
            .formatted(
                NumberText.scientific(step.zeroShift()),
                NumberText.plain(Math.rint(1e4 * now.zero()) / 1e4),
                step.codesChanged(),
                flips.size() / 2,
                NumberText.percent(step.shrinkActive()));
    marks.add(Words.of(new Point(0, 42), errors, Anchor.START));
    marks.add(Words.of(new Point(0, 60), moves, Anchor.START));
    return new Frame("iteration " + step.index(), errors + "; " + moves + ".", marks);
  }

  private Panel curves() {
    DoubleSummaryStatistics range =
        CURVES.stream()
            .flatMapToDouble(
                curve -> steps.stream().mapToDouble(step -> curve.relative(step, steps.getFirst())))
            .summaryStatistics();
    double room = Math.max(0.08 * (range.getMax() - range.getMin()), 1e-3);
    int last = steps.stream().mapToInt(HqqStep::index).max().orElse(0);
    return new Panel(
        530,
        TOP,
        180,
        TALL - 40,
        Scale.linear(0, Math.max(1, last)),
        Scale.linear(range.getMin() - room, range.getMax() + room));
  }

  private List<Mark> curveMarks(Panel panel) {
    List<Mark> marks = new ArrayList<>();
    marks.addAll(panel.axisAcross("iteration", NumberText::plain));
    marks.addAll(panel.axisUp("error / error at the start", NumberText::plain));
    HqqStep start = steps.getFirst();
    double key = panel.bottom() + 52;
    for (Curve curve : CURVES) {
      Stroke stroke = Stroke.line(curve.ink()).with(curve.dash());
      if (steps.size() > 1) {
        marks.add(
            panel.line(
                steps.stream().map(s -> new Point(s.index(), curve.relative(s, start))).toList(),
                stroke));
      }
      marks.add(
          Lines.between(
              new Point(panel.left(), key - 4), new Point(panel.left() + 28, key - 4), stroke));
      marks.add(
          new Symbol(new Point(panel.left() + 14, key - 4), curve.form(), 4, curve.ink(), ""));
      marks.add(Words.of(new Point(panel.left() + 36, key), curve.label(), Anchor.START).sized(11));
      key += 16;
    }
    return marks;
  }
}

package halfstep.magics.chart;

import halfstep.lab.Layers;
import halfstep.magics.chart.Legend.Entry;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.table.BenchTables;
import halfstep.magics.table.NumberText;
import halfstep.metric.LayerError;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * The error of each layer: rows by role, a box per role and contender above the layers, the error
 * of the weights beside that of the output.
 */
public final class LayerCharts {

  private static final double TOP = 48;
  private static final NumberText FOUR = NumberText.decimals(4);
  private static final double LEFT = 112;
  private static final double GAP = 36;
  private static final double BOX = 13;

  /** Bars of more layers and methods would be a large file that nobody reads: boxes remain. */
  private static final int MOST_BARS = 140;

  /** Of more bars each is thinner, and has no form at its end. */
  private static final int MOST_ROOMY = 60;

  private final List<LayerError> errors;
  private final UnaryOperator<String> name;
  private final List<Contender> contenders;
  private final Map<String, List<LayerError>> roles = new LinkedHashMap<>();
  private final boolean bars;
  private final boolean roomy;
  private final double thin;
  private final double between;

  /** A method and a width. */
  record Contender(String method, String codes) {
    static Contender of(LayerError error) {
      return new Contender(BenchTables.method(error), error.spec().label());
    }
  }

  private LayerCharts(List<LayerError> errors, UnaryOperator<String> name) {
    this.errors = errors;
    this.name = name;
    this.contenders = errors.stream().map(Contender::of).distinct().toList();
    errors.forEach(error ->
        roles.computeIfAbsent(Layers.role(error.layer()), none -> new ArrayList<>()).add(error));
    this.bars = errors.size() <= MOST_BARS;
    this.roomy = errors.size() <= MOST_ROOMY;
    this.thin = roomy ? 7 : 5;
    this.between = roomy ? 7 : 4;
  }

  /**
   * Draws the errors.
   *
   * @param errors at least one
   * @param name turns a layer's full name into the one to show
   */
  public static Picture errors(String title, List<LayerError> errors, UnaryOperator<String> name) {
    return new LayerCharts(errors, name).draw(title);
  }

  private Picture draw(String title) {
    boolean both = errors.stream().allMatch(error -> error.outputError().isPresent());
    double tall = height();
    double width = (Figure.WIDTH - LEFT - 8 - (both ? GAP : 0)) / (both ? 2 : 1);
    Panel left = panel(LEFT, width, tall, LayerCharts::weights);
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(left.axisAcross("error of the weights, ‖w − ŵ‖ / ‖w‖", NumberText::plain));
    rows(marks, left, LayerCharts::weights, true);
    if (both) {
      Panel right = panel(LEFT + width + GAP, width, tall, BenchTables::shown);
      marks.addAll(right.axisAcross("error of the output, ‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖", NumberText::plain));
      rows(marks, right, BenchTables::shown, false);
    }
    Legend legend = legend();
    marks.addAll(legend.marks(TOP + tall + 42));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (TOP + tall + 48 + legend.height()),
            title,
            description(both),
            marks));
  }

  private Panel panel(double left, double width, double tall, ToDoubleFunction<LayerError> error) {
    DoubleSummaryStatistics range = errors.stream().mapToDouble(error).summaryStatistics();
    return new Panel(left, TOP, width, tall, Scale.fromZero(range.getMax()), Scale.linear(0, 1));
  }

  private double height() {
    double height = 0;
    for (List<LayerError> role : roles.values()) {
      long layers = role.stream().map(LayerError::layer).distinct().count();
      height += boxed(role) ? contenders.size() * BOX + between : 0;
      height += bars ? layers * (contenders.size() * thin + between) : 0;
      height += between;
    }
    return height;
  }

  /** Whether a role has enough layers for a box to say more than they do. */
  private boolean boxed(List<LayerError> role) {
    return !bars || role.stream().map(LayerError::layer).distinct().count() > 2;
  }

  private void rows(
      List<Mark> marks, Panel panel, ToDoubleFunction<LayerError> error, boolean named) {
    double y = TOP;
    for (Map.Entry<String, List<LayerError>> role : roles.entrySet()) {
      if (boxed(role.getValue())) {
        if (named) {
          label(marks, role.getKey(), y + contenders.size() * BOX / 2);
        }
        for (Contender contender : contenders) {
          double[] values =
              role.getValue().stream()
                  .filter(one -> Contender.of(one).equals(contender))
                  .mapToDouble(error)
                  .sorted()
                  .toArray();
          if (values.length > 0) {
            String title =
                "%s, %s %s".formatted(role.getKey(), contender.method(), contender.codes());
            marks.addAll(
                new BoxMark(values).marks(panel, y + BOX / 2, ink(contender), title, !bars));
          }
          y += BOX;
        }
        y += between;
      }
      if (bars) {
        y = layers(marks, panel, role.getValue(), error, named, y);
      }
      marks.add(
          Lines.between(
              new Point(named ? 0 : panel.left(), y), new Point(panel.right(), y), Stroke.HAIR));
      y += between;
    }
  }

  private double layers(
      List<Mark> marks,
      Panel panel,
      List<LayerError> role,
      ToDoubleFunction<LayerError> error,
      boolean named,
      double from) {
    double y = from;
    for (String layer : role.stream().map(LayerError::layer).distinct().toList()) {
      if (named) {
        label(marks, name.apply(layer), y + contenders.size() * thin / 2);
      }
      for (LayerError one : role.stream().filter(e -> e.layer().equals(layer)).toList()) {
        Contender contender = Contender.of(one);
        double at = y + contenders.indexOf(contender) * thin;
        double value = error.applyAsDouble(one);
        marks.add(
            new Mark.Bar(
                panel.left(),
                at + 1,
                panel.x(value) - panel.left(),
                thin - 2,
                ink(contender),
                opacity(contender),
                title(one, value)));
        if (roomy) {
          Point end = new Point(panel.x(value), at + thin / 2);
          marks.add(new Mark.Symbol(end, form(contender), 2.6, ink(contender), ""));
        }
      }
      y += contenders.size() * thin + between;
    }
    return y;
  }

  private static double weights(LayerError error) {
    return error.weights().relativeFrobenius();
  }

  private String title(LayerError error, double value) {
    return "%s, %s %s: %s"
        .formatted(
            name.apply(error.layer()),
            BenchTables.method(error),
            error.spec().label(),
            FOUR.format(value));
  }

  private static void label(List<Mark> marks, String text, double middle) {
    double size = Math.min(12, 12 * (LEFT - 10) / Words.width(text, 12));
    marks.add(Words.of(new Point(LEFT - 8, middle + 4), text, Anchor.END).sized(size));
  }

  /** Methods differ by ink and form, widths of one method by how pale they are. */
  private Ink ink(Contender contender) {
    return Ink.series(methods().indexOf(contender.method()));
  }

  private Form form(Contender contender) {
    return Form.series(methods().indexOf(contender.method()));
  }

  private double opacity(Contender contender) {
    List<String> widths = contenders.stream().map(Contender::codes).distinct().toList();
    return 1 - 0.55 * widths.indexOf(contender.codes()) / Math.max(1, widths.size() - 1);
  }

  private List<String> methods() {
    return contenders.stream().map(Contender::method).distinct().toList();
  }

  private Legend legend() {
    List<Entry> entries = new ArrayList<>();
    for (String method : methods()) {
      Contender any = new Contender(method, "");
      entries.add(Entry.dot(method, form(any), ink(any)));
    }
    List<String> widths = contenders.stream().map(Contender::codes).distinct().toList();
    entries.add(
        Entry.line(
            widths.size() == 1
                ? widths.getFirst()
                : "from dark to pale: " + String.join(", ", widths),
            Stroke.line(Ink.TEXT).withWidth(5).withOpacity(0.6)));
    return new Legend(entries);
  }

  private String description(boolean both) {
    LayerError worst =
        errors.stream()
            .max((a, b) -> Double.compare(BenchTables.shown(a), BenchTables.shown(b)))
            .orElseThrow();
    return "%d measurements of %d layers by %s; %s. Largest: %s."
        .formatted(
            errors.size(),
            errors.stream().map(LayerError::layer).distinct().count(),
            String.join(", ", methods()),
            both ? "errors of weights and of outputs" : "errors of the weights",
            title(worst, BenchTables.shown(worst)));
  }
}

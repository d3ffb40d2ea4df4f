package halfstep.magics.chart;

import halfstep.lab.Layers;
import halfstep.lab.memory.MemoryPlan;
import halfstep.lab.memory.MemoryStep;
import halfstep.lab.memory.ServingOption;
import halfstep.lab.memory.ServingPlan;
import halfstep.magics.chart.Legend.Entry;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.figure.Stroke.Dash;
import halfstep.magics.table.NumberText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a model takes on a card: the parts of each width, and one pass layer by layer. */
public final class PlanCharts {

  private static final double GIB = 1L << 30;
  private static final double MIB = 1L << 20;
  private static final double LEFT = 96;
  private static final double TOP = 44;
  private static final double ROW = 30;
  private static final double LABEL = 11;
  private static final Stroke CARD = Stroke.line(Ink.TEXT).with(Dash.DASHED);
  private static final Stroke FUSED = Stroke.line(Ink.BLUE);
  private static final Stroke WHOLE = Stroke.line(Ink.RED).with(Dash.DASHED);
  private static final List<String> PARTS =
      List.of("layers", "embedding, head", "cache", "activations", "dequantized layer", "reserve");

  private PlanCharts() {}

  /** A bar per width, from what lies there throughout to what the largest layer needs on top. */
  public static Picture options(String title, ServingPlan plan) {
    double most =
        plan.options().stream()
            .mapToDouble(option -> option.plan().peak(false) / GIB)
            .max()
            .orElse(0);
    double card = plan.vram() / GIB;
    double tall = ROW * plan.options().size();
    Panel panel =
        new Panel(LEFT, TOP, 600, tall, Scale.fromZero(Math.max(card, most)), Scale.linear(0, 1));
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisAcross("GiB on each device", NumberText::plain));
    for (int i = 0; i < plan.options().size(); i++) {
      marks.addAll(row(panel, plan.options().get(i), TOP + ROW * i));
    }
    marks.add(
        Lines.between(
            new Point(panel.x(card), TOP), new Point(panel.x(card), panel.bottom()), CARD));
    List<Entry> entries = new ArrayList<>();
    for (int part = 0; part < PARTS.size(); part++) {
      entries.add(Entry.line(PARTS.get(part), Stroke.line(Ink.series(part)).withWidth(7)));
    }
    entries.add(Entry.line(String.format(Locale.ROOT, "%.0f GiB", card), CARD));
    Legend legend = new Legend(entries);
    marks.addAll(legend.marks(panel.bottom() + 40));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (panel.bottom() + 48 + legend.height()),
            title,
            "Bars of %d widths, stacked from %s; the dashed line is the card. %s."
                .formatted(
                    plan.options().size(),
                    String.join(", ", PARTS),
                    String.join("; ", plan.options().stream().map(PlanCharts::sentence).toList())),
            marks));
  }

  private static String sentence(ServingOption option) {
    return String.format(
        Locale.ROOT,
        "%s: peak %.2f GiB fused, %.2f GiB with layers dequantized whole",
        option.name(),
        option.plan().peak(true) / GIB,
        option.plan().peak(false) / GIB);
  }

  private static List<Mark> row(Panel panel, ServingOption option, double top) {
    MemoryPlan plan = option.plan();
    long[] parts = {
      plan.layers(),
      plan.embeddings() + plan.others(),
      plan.cache(),
      plan.mostOnTop(true),
      plan.mostOnTop(false) - plan.mostOnTop(true),
      plan.settings().reserve()
    };
    List<Mark> marks = new ArrayList<>();
    marks.add(Words.of(new Point(LEFT - 8, top + ROW / 2 + 4), option.name(), Anchor.END));
    double before = 0;
    for (int i = 0; i < parts.length; i++) {
      double left = panel.x(before);
      before += parts[i] / GIB;
      marks.add(
          new Bar(
              left,
              top + 5,
              panel.x(before) - left,
              ROW - 10,
              Ink.series(i),
              0.8,
              String.format(
                  Locale.ROOT, "%s, %s: %.3f GiB", option.name(), PARTS.get(i), parts[i] / GIB)));
    }
    return marks;
  }

  /**
   * What each layer of a pass needs on top of what lies there throughout: with fused kernels, and
   * where layers are dequantized whole.
   */
  public static Picture timeline(String title, ServingPlan plan) {
    MemoryPlan shown = plan.shown().plan();
    List<MemoryStep> steps = shown.steps();
    Panel panel =
        new Panel(
            64,
            62,
            640,
            220,
            Scale.linear(0, steps.size()),
            Scale.fromZero(shown.mostOnTop(false) / MIB));
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisUp("MiB on top of weights and cache", NumberText::plain));
    marks.addAll(blocks(panel, steps));
    marks.add(stairs(panel, steps, false, WHOLE));
    marks.add(stairs(panel, steps, true, FUSED));
    Legend legend =
        new Legend(
            List.of(
                Entry.line("fused kernels", FUSED), Entry.line("layers dequantized whole", WHOLE)));
    marks.addAll(legend.marks(panel.bottom() + 40));
    MemoryStep worst =
        steps.stream().max(Comparator.comparingLong(step -> step.bytes(false))).orElseThrow();
    String description =
        String.format(
            Locale.ROOT,
            "%d layers in the order in which they run, on top of %.2f GiB. Most: %.1f MiB with fused kernels; %.1f MiB with layers dequantized whole, in %s.",
            steps.size(),
            shown.resident() / GIB,
            shown.mostOnTop(true) / MIB,
            shown.mostOnTop(false) / MIB,
            Layers.shortName(worst.layer()));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (panel.bottom() + 48 + legend.height()),
            title,
            description,
            marks));
  }

  /** A line where each block begins, and its number where there is room. */
  private static List<Mark> blocks(Panel panel, List<MemoryStep> steps) {
    List<Mark> marks = new ArrayList<>();
    String before = "";
    double free = 0;
    for (int i = 0; i < steps.size(); i++) {
      String layer = steps.get(i).layer();
      String block = layer.replaceFirst("^model\\.layers\\.(\\d+)\\..*", "block $1");
      if (!block.equals(before)) {
        double x = panel.x(i);
        marks.add(
            Lines.between(new Point(x, panel.top()), new Point(x, panel.bottom()), Stroke.HAIR));
        boolean head = i == steps.size() - 1;
        if (x >= free && !head) {
          marks.add(Words.of(new Point(x, panel.bottom() + 15), block, Anchor.START).sized(LABEL));
          free = x + Words.width(block, LABEL) + 14;
        }
        before = block;
      }
    }
    return marks;
  }

  private static Mark stairs(Panel panel, List<MemoryStep> steps, boolean fused, Stroke stroke) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      double mebibytes = steps.get(i).bytes(fused) / MIB;
      points.add(new Point(i, mebibytes));
      points.add(new Point(i + 1.0, mebibytes));
    }
    return panel.line(points, stroke);
  }
}

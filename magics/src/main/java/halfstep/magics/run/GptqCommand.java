package halfstep.magics.run;

import halfstep.gptq.GptqSolver;
import halfstep.gptq.GptqStep;
import halfstep.gptq.Hessian;
import halfstep.kernel.spi.Progress;
import halfstep.lab.Layers;
import halfstep.llm.Model;
import halfstep.magics.chart.GptqCharts;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.Blocks;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Passage;
import halfstep.magics.table.BitsLabel;
import halfstep.magics.table.GptqTables;
import halfstep.metric.OutputError;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** {@code %gptq}: one layer, column block by column block. */
final class GptqCommand {

  private final Stage stage;

  GptqCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<GptqStep>> run(Request.GptqWalk request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%gptq");
    String layer = loaded.names().one(request.layer());
    String name = Layers.shortName(layer);
    Matrix weight = loaded.weight(layer);
    Passage text = stage.calibration(model, request.calibration());
    String title =
        "GPTQ on %s (%s), %s"
            .formatted(name, weight.shape(), BitsLabel.of(request.spec(), weight.shape()));
    List<GptqStep> steps = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (Progress progress = stage.progress(title)) {
      progress.update(0, "what flows through " + name);
      Matrix input = model.capture(Blocks.of(model, layer), text.windows()).input(layer);
      Hessian hessian = new Hessian(Math.toIntExact(weight.cols()));
      hessian.add(input, text.windows().count());
      GptqSolver solver = new GptqSolver(weight, request.spec(), request.config(), hessian);
      notes.addAll(about(solver, text));
      walk(solver, steps, progress);
      notes.add(outcome(solver, steps, weight, input));
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(title, name, steps, notes)
              .withNote("Interrupted: %d column blocks are solved.".formatted(steps.size())));
      throw stopped;
    }
    stage.show(() -> GptqCharts.losses(title, steps));
    return stage.keep(report(title, name, steps, notes), request.as());
  }

  private static void walk(GptqSolver solver, List<GptqStep> steps, Progress progress) {
    int columns = solver.order().size();
    Iterator<GptqStep> walk = solver.stepsOnDevice().iterator();
    while (walk.hasNext()) {
      GptqStep step = walk.next();
      steps.add(step);
      int done = step.firstColumn() + step.columns();
      progress.update((double) done / columns, "column %d of %d".formatted(done, columns));
    }
  }

  /** What the solver met in the activations. */
  private static List<String> about(GptqSolver solver, Passage text) {
    List<String> sentences = new ArrayList<>();
    sentences.add("The Hessian is that of %s; %s.".formatted(text.label(), solver.damping()));
    if (solver.deadChannels() > 0) {
      sentences.add(
          "%d of %d channels are dead: no token drove them, so their weights are 0."
              .formatted(solver.deadChannels(), solver.order().size()));
    }
    return sentences;
  }

  private static String outcome(
      GptqSolver solver, List<GptqStep> steps, Matrix weight, Matrix input) {
    QuantizedMatrix solved = solver.quantized(steps);
    QuantizedMatrix rounded = RoundToNearest.quantize(weight, solver.spec());
    return "Output error ‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖ %.4f, of rounding %.4f; %.3f bits per weight with scales and zeros."
        .formatted(
            OutputError.of(input, weight, solved.dequantized()).relative(),
            OutputError.of(input, weight, rounded.dequantized()).relative(),
            solved.bitsPerWeight());
  }

  private static Report<List<GptqStep>> report(
      String title, String name, List<GptqStep> steps, List<String> notes) {
    return new Report<>(
        title,
        GptqTables.steps(name, steps),
        notes,
        List.copyOf(steps),
        "java.util.List<halfstep.gptq.GptqStep>");
  }
}

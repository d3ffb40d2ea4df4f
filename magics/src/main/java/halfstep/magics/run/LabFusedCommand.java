package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.Layers;
import halfstep.lab.fused.ProductPair;
import halfstep.magics.chart.FusedCharts;
import halfstep.magics.command.LabFused;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.FusedTables;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;

/** {@code %lab fused}: weights turned back and multiplied, beside codes multiplied as they lie. */
final class LabFusedCommand {

  private static final String WORK = "%lab fused";

  private final Stage stage;

  LabFusedCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<ProductPair>> run(LabFused request) {
    LoadedModel loaded = stage.session().model();
    String layer = loaded.names().one(request.layer());
    QuantizedMatrix weights = RoundToNearest.quantize(loaded.weight(layer), request.spec());
    String title =
        "Products with %s, %s, rounded to %s"
            .formatted(Layers.shortName(layer), weights.shape(), request.spec().label());
    List<ProductPair> known = new ArrayList<>();
    List<ProductPair> pairs;
    try (Progress progress = stage.progress(WORK)) {
      pairs =
          ProductPair.measure(
              weights,
              request.rows(),
              request.seconds(),
              known::add,
              done -> progress.update(done, Layers.shortName(layer)));
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          new Report<>(
              title,
              FusedTables.products(known),
              List.of(
                  "Interrupted: %d of %d numbers of rows are measured."
                      .formatted(known.size(), request.rows().size())),
              List.copyOf(known),
              "java.util.List<halfstep.lab.fused.ProductPair>"));
      throw stopped;
    }
    stage.show(() -> FusedCharts.products(title, pairs));
    String crossover =
        ProductPair.crossover(pairs).isPresent()
            ? "From %d rows on turning back first is faster here."
                .formatted(ProductPair.crossover(pairs).getAsInt())
            : "Turning back first is not faster at %d rows, the most measured."
                .formatted(pairs.getLast().rows());
    Report<List<ProductPair>> report =
        new Report<>(
            title,
            FusedTables.products(pairs),
            List.of(
                crossover,
                "Turning back needs the layer's float32 weights beside its codes; the fused product needs none. All cores, wall time: what else the machine does shows."),
            pairs,
            "java.util.List<halfstep.lab.fused.ProductPair>");
    return stage.keep(report, request.as());
  }
}

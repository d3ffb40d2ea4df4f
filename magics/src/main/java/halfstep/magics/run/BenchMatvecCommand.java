package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.magics.chart.RooflineCharts;
import halfstep.magics.command.BenchRequest;
import halfstep.magics.display.Report;
import halfstep.magics.table.RooflineTables;
import halfstep.roofline.ProductRate;
import halfstep.roofline.ProductRates;
import halfstep.roofline.Roofline;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;

/** {@code %bench matvec}: does reading fewer bits pay? */
final class BenchMatvecCommand {

  private static final String RATES = "java.util.List<halfstep.roofline.ProductRate>";

  private final Stage stage;

  BenchMatvecCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<ProductRate>> run(BenchRequest.Matvec request) {
    String title =
        "Products with %d × %d weights on this machine".formatted(request.size(), request.size());
    double all = 2.0 + (request.specs().size() + 1) * request.rows().size();
    List<ProductRate> rates = new ArrayList<>();
    Roofline cold;
    Roofline roofline;
    try (Progress progress = stage.progress("%bench matvec")) {
      cold =
          Roofline.measure(
              request.seconds(), done -> progress.update(done / all, "the machine's limits"));
      try {
        ProductRates.measure(
            request.size(),
            request.specs(),
            request.rows(),
            request.seconds(),
            rate -> {
              rates.add(rate);
              progress.update((rates.size() + 1) / all, rate.weights() + " × " + rate.rows());
            });
      } catch (InterruptedWork stopped) {
        stage.showUnfinished(() ->
            report(title, cold, rates)
                .withNote(
                    "Interrupted: %d of %.0f products are measured."
                        .formatted(rates.size(), all - 2)));
        throw stopped;
      }
      roofline =
          cold.or(
              Roofline.measure(
                  request.seconds(),
                  done -> progress.update((all - 1 + done) / all, "the machine's limits again")));
    }
    stage.show(() -> RooflineCharts.products(title, roofline, rates));
    return stage.keep(report(title, roofline, rates), request.as());
  }

  private static Report<List<ProductRate>> report(
      String title, Roofline roofline, List<ProductRate> rates) {
    return new Report<>(
        title,
        RooflineTables.products(roofline, rates),
        List.of(
            "The machine %s. What stays in the caches from one product to the next may pass the limit of memory."
                .formatted(roofline),
            "Weights are rounded to nearest and stay packed; all cores, wall time. What else the"
                + " machine does shows, most of all in the 90th percentile."),
        rates,
        RATES);
  }
}

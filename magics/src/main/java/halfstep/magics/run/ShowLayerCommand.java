package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.lab.Layers;
import halfstep.magics.command.ShowRequest;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.table.WeightTables;
import halfstep.metric.WeightMoments;
import halfstep.tensor.InterruptedWork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code %show layer}: how the weights of layers are distributed. */
final class ShowLayerCommand {

  private final Stage stage;

  ShowLayerCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Map<String, WeightMoments>> run(ShowRequest.Layer request) {
    LoadedModel loaded = stage.session().model();
    List<String> layers = loaded.names().many(request.layers());
    Map<String, WeightMoments> moments = new LinkedHashMap<>();
    try (Progress progress = stage.progress("%show layer")) {
      for (String layer : layers) {
        String name = Layers.shortName(layer);
        progress.update((double) moments.size() / layers.size(), name);
        moments.put(name, WeightMoments.of(loaded.weight(layer)));
      }
      progress.update(1, "all layers");
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(loaded, request, moments)
              .withNote(
                  "Interrupted: %d of %d layers are finished."
                      .formatted(moments.size(), layers.size())));
      throw stopped;
    }
    return stage.keep(report(loaded, request, moments), request.as());
  }

  private static Report<Map<String, WeightMoments>> report(
      LoadedModel loaded, ShowRequest.Layer request, Map<String, WeightMoments> moments) {
    return new Report<>(
        "Weights of %s, %s".formatted(request.layers(), loaded.name()),
        WeightTables.moments(moments, layer -> type(loaded, layer)),
        List.of(
            "Excess kurtosis is 0 for a normal distribution; heavier tails cost a grid more of its"
                + " range. Outliers lie more than %.0f deviations from the mean."
                    .formatted(WeightMoments.OUTLIER)),
        moments,
        "java.util.Map<java.lang.String, halfstep.metric.WeightMoments>");
  }

  private static String type(LoadedModel loaded, String name) {
    return loaded.source().type(loaded.names().one(name)).name();
  }
}

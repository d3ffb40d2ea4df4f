package halfstep.magics.run;

import halfstep.engines.PlannedLayer;
import halfstep.engines.Preflight;
import halfstep.export.Export;
import halfstep.export.ExportFormat;
import halfstep.export.ExportReport;
import halfstep.export.Inspection;
import halfstep.export.PythonLoading;
import halfstep.export.QuantizedModel;
import halfstep.export.QuantizedModels;
import halfstep.magics.command.ExportSettings;
import halfstep.magics.display.TextTable;
import halfstep.magics.table.SupportTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;

/** What an export line does, for the command line and the magic alike. */
public final class ExportRun {

  private final ExportSettings settings;
  private final Optional<Preflight> preflight;

  /**
   * Opens the input if there is one to be checked; writes nothing.
   *
   * @throws halfstep.export.ExportException if the input is no quantized model
   */
  public ExportRun(ExportSettings settings) {
    this.settings = settings;
    this.preflight =
        settings.engine().isPresent() && settings.input().isPresent()
            ? Optional.of(check(settings))
            : Optional.empty();
  }

  private static Preflight check(ExportSettings settings) {
    QuantizedModel model =
        QuantizedModels.open(settings.input().orElseThrow(), settings.settings().model());
    List<PlannedLayer> layers =
        model.layers().stream()
            .map(layer ->
                new PlannedLayer(
                    layer,
                    settings.settings().integerZeros()
                        ? model.spec(layer).with(halfstep.quant.ZeroPoint.INTEGER)
                        : model.spec(layer),
                    model.shape(layer),
                    model.indexed(layer)))
            .toList();
    return Preflight.check(
        settings.engine().orElseThrow(),
        settings.format().orElseThrow().word(),
        settings.tp(),
        layers);
  }

  /** Tables and code that the line asked for. */
  public List<String> pages() {
    List<String> pages = new ArrayList<>();
    if (settings.matrix()) {
      pages.add(TextTable.of(SupportTables.kernels()));
      pages.add(TextTable.of(SupportTables.statements()));
    }
    if (settings.python()) {
      ExportFormat format = settings.format().orElse(ExportFormat.AWQ);
      pages.add(PythonLoading.of(format, folder(), settings.engine()));
    }
    return pages;
  }

  private String folder() {
    return settings.out().or(settings::input).map(Path::toString).orElse("MODEL_FOLDER");
  }

  /** Whether the line only asks what the input holds. */
  public boolean inspects() {
    return settings.inspect();
  }

  /** What the input holds. */
  public Inspection inspection(DoubleConsumer listener) {
    return Inspection.of(settings.input().orElseThrow(), true, listener);
  }

  /** Whether nothing is to be exported or checked. */
  public boolean onlyPages() {
    return settings.input().isEmpty();
  }

  /** Why the engine would not run it, if it was asked about and would not. */
  public Optional<String> misfit() {
    return preflight.filter(result -> !result.passes()).map(Preflight::toString);
  }

  /** With which kernels the engine will run it, if it was asked about. */
  public Optional<String> fit() {
    return preflight.filter(Preflight::passes).map(Preflight::toString);
  }

  /** Writes, if the line says where. */
  public Optional<ExportReport> export(Export.Listener listener) {
    return settings
        .out()
        .map(out ->
            new Export(
                    settings.input().orElseThrow(),
                    out,
                    settings.format().orElseThrow(),
                    settings.settings())
                .run(listener));
  }
}

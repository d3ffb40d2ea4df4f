package halfstep.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.job.LayerStore;
import halfstep.job.QuantizeJob;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Layers go straight into a packed checkpoint, where nothing must be known of all of them first.
 */
final class PackedTarget implements LayerStore.Target {

  private final PlannedModel model;
  private final PackedWriter writer;
  private final ExportFormat format;
  private final Export.Settings settings;
  private final long start = System.nanoTime();
  private @Nullable ExportReport report;

  private PackedTarget(
      PlannedModel model, PackedWriter writer, ExportFormat format, Export.Settings settings) {
    this.model = model;
    this.writer = writer;
    this.format = format;
    this.settings = settings;
  }

  /**
   * The target of a job, or empty where an export must wait for the last layer: channel scales are
   * folded into layers before and behind, and rounded zeros are measured against the solver's.
   */
  static Optional<PackedTarget> of(
      QuantizeJob job, PlannedModel model, ExportFormat format, Export.Settings settings) {
    boolean alone =
        switch (job.method()) {
          case QuantMethod.Awq _, QuantMethod.AwqThen _ -> false;
          case Gptq gptq -> !gptq.actOrder();
          case QuantMethod.WeightedLeastSquares _, QuantMethod.DataFree _ -> true;
        };
    boolean plain = !settings.integerZeros() && settings.model() == null;
    return alone
            && plain
            && CheckpointWriter.of(format, model, settings) instanceof PackedWriter packed
        ? Optional.of(new PackedTarget(model, packed, format, settings))
        : Optional.empty();
  }

  Export.Settings settings() {
    return settings;
  }

  @Override
  public void plan(ObjectNode plan) {
    plan.putObject("export").put("format", format.word()).put("shardBytes", settings.shardBytes());
  }

  @Override
  public LayerStore open(Path folder, boolean kept) {
    return new PackedStore(folder, this, model, writer);
  }

  /** Remembers what the export did. */
  ExportReport exported(Path out, ReadBack back, List<String> remarks) {
    double seconds = (System.nanoTime() - start) / 1e9;
    report = new ExportReport(out, format, "raw", model.layers().size(), back, remarks, seconds);
    return report;
  }

  ExportReport report() {
    return Objects.requireNonNull(report);
  }
}

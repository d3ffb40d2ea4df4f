package halfstep.magics.run;

import halfstep.export.Inspection;
import halfstep.kernel.spi.Progress;
import halfstep.magics.command.ShowRequest;
import halfstep.magics.display.Report;
import halfstep.magics.table.NumberText;
import halfstep.magics.table.SupportTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code %show file}: what a checkpoint holds. */
final class ShowFileCommand {

  private static final NumberText BITS = NumberText.decimals(3);

  private final Stage stage;

  ShowFileCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Inspection> run(ShowRequest.StoredFile request) {
    Path path = stage.session().folders().model(request.path());
    Inspection found;
    try (Progress progress = stage.progress("%show file")) {
      found = Inspection.of(path, true, done -> progress.update(done, "reading every value"));
    }
    boolean quantized = !found.layers().isEmpty();
    Report<Inspection> report =
        new Report<>(
            "%s: %s".formatted(path.getFileName(), found.scheme()),
            quantized ? SupportTables.layers(found) : SupportTables.tensors(found),
            notes(found, quantized),
            found,
            "halfstep.export.Inspection");
    return stage.keep(report, request.as());
  }

  private static List<String> notes(Inspection found, boolean quantized) {
    List<String> notes = new ArrayList<>();
    if (quantized) {
      notes.add(
          "%s bits per quantized weight, %s over all; %d tensors are not quantized."
              .formatted(
                  BITS.format(found.bitsPerQuantizedWeight()),
                  BITS.format(found.bitsPerWeight()),
                  found.tensors().size()));
    } else {
      notes.add(
          "%d tensors, %s bits per weight."
              .formatted(found.tensors().size(), BITS.format(found.bitsPerWeight())));
    }
    long bad =
        found.layers().stream().mapToLong(Inspection.Layer::nonFinite).sum()
            + found.tensors().stream().mapToLong(Inspection.Tensor::nonFinite).sum();
    notes.add(
        bad == 0
            ? "All values are finite."
            : "%d values are no numbers: the table says where.".formatted(bad));
    return notes;
  }
}

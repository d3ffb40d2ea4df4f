package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.job.JobReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A job's export that is there already: asked for once more, it only tells what was done. */
final class CompleteExport {

  private CompleteExport() {}

  /**
   * What the export of a job did, by its manifest; empty where there is none.
   *
   * @throws ExportException if it is the export of another job
   * @throws halfstep.job.JobException the same
   */
  static Optional<ExportedJob.Done> of(ExportedJob asked) {
    Path out = asked.job().out();
    Path file = out.resolve(RawRun.MANIFEST);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    ObjectNode manifest = JsonFiles.read(file);
    List<String> differences = differences(manifest, asked);
    if (!differences.isEmpty() || !(manifest.path("run") instanceof ObjectNode run)) {
      throw new ExportException(
          "output folder %s is complete, but of another job: %s; choose another folder or remove it"
              .formatted(
                  out,
                  differences.isEmpty()
                      ? "its manifest tells nothing of quantizing"
                      : String.join("; ", differences)));
    }
    JobReport quantized = asked.job().complete(run, ExportManifest::withoutFolders);
    return Optional.of(new ExportedJob.Done(quantized, report(manifest, asked)));
  }

  private static List<String> differences(ObjectNode manifest, ExportedJob asked) {
    ObjectNode wanted = JsonFiles.JSON.createObjectNode();
    ExportManifest.settings(wanted, asked.format(), asked.settings());
    List<String> found = new ArrayList<>();
    wanted
        .properties()
        .forEach(setting -> {
          String before = manifest.path(setting.getKey()).asText("absent");
          if (!before.equals(setting.getValue().asText())) {
            found.add(
                "%s was %s and is %s"
                    .formatted(setting.getKey(), before, setting.getValue().asText()));
          }
        });
    return found;
  }

  private static ExportReport report(ObjectNode manifest, ExportedJob asked) {
    JsonNode back = manifest.path("readBack");
    List<String> remarks = new ArrayList<>();
    manifest.path("remarks").forEach(remark -> remarks.add(remark.asText()));
    return new ExportReport(
        asked.job().out(),
        asked.format(),
        manifest.path("from").path("scheme").asText(),
        manifest.path("layers").asInt(),
        new ReadBack(
            back.path("layers").asInt(),
            back.path("codesDiffering").asLong(),
            back.path("largestRelativeDeviation").asDouble()),
        remarks,
        manifest.path("seconds").asDouble());
  }
}

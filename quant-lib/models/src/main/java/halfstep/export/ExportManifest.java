package halfstep.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code manifest.json} of an export: from what, as what, and what reading back gave. */
final class ExportManifest {

  private ExportManifest() {}

  static void write(Path file, Export export, QuantizedModel from, ExportReport report) {
    ObjectNode root = JsonFiles.JSON.createObjectNode();
    String version = ExportManifest.class.getPackage().getImplementationVersion();
    root.put("version", version == null ? "development" : version);
    root.put("format", export.format().word());
    root.putObject("from").put("path", export.input().toString()).put("scheme", from.scheme());
    root.put("zero", export.settings().integerZeros() ? "integer" : "as solved");
    root.put("layers", report.layers());
    ReadBack back = report.readBack();
    root.putObject("readBack")
        .put("layers", back.layers())
        .put("codesDiffering", back.codesDiffering())
        .put("largestRelativeDeviation", back.largestDeviation());
    ArrayNode remarks = root.putArray("remarks");
    report.remarks().forEach(remarks::add);
    root.put("seconds", report.seconds());
    Path run = from.path().resolve(RawRun.MANIFEST);
    if (Files.isRegularFile(run)) {
      root.set("run", JsonFiles.read(run));
    }
    JsonFiles.write(file, root);
  }
}

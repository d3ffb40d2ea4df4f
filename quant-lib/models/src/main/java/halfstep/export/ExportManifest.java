package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code manifest.json} of an export: from what, as what, and what reading back gave. An export is
 * given to others, so it names files without the folders they lay in.
 */
final class ExportManifest {

  private ExportManifest() {}

  static void write(Path file, Export export, QuantizedModel from, ExportReport report) {
    ObjectNode root = JsonFiles.JSON.createObjectNode();
    String version = ExportManifest.class.getPackage().getImplementationVersion();
    root.put("version", version == null ? "development" : version);
    root.put("format", export.format().word());
    root.putObject("from").put("model", ModelName.of(from)).put("scheme", from.scheme());
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
      root.set("run", withoutFolders(JsonFiles.read(run)));
    }
    JsonFiles.write(file, root);
  }

  /** The same with the last part of each absolute path; their sha256 stand beside them. */
  private static JsonNode withoutFolders(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        object.properties().forEach(entry -> entry.setValue(withoutFolders(entry.getValue())));
        yield object;
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, withoutFolders(array.get(i)));
        }
        yield array;
      }
      case TextNode text -> TextNode.valueOf(ModelName.lastPart(text.textValue()));
      default -> node;
    };
  }
}

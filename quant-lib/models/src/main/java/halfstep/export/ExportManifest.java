package halfstep.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code manifest.json} of an export: from what, as what, and what reading back gave. An export is
 * given to others, so it names files without the folders they lay in.
 */
final class ExportManifest {

  private ExportManifest() {}

  static void write(Path file, Export export, QuantizedModel from, ExportReport report) {
    Path run = from.path().resolve(RawRun.MANIFEST);
    boolean ours = Files.isRegularFile(run);
    write(file, export.settings(), from, report, ours ? JsonFiles.read(run) : null);
  }

  /**
   * The same.
   *
   * @param run the manifest of the job that quantized, or null if nobody knows it
   */
  static void write(
      Path file,
      Export.Settings settings,
      QuantizedModel from,
      ExportReport report,
      @Nullable ObjectNode run) {
    ObjectNode root = JsonFiles.JSON.createObjectNode();
    String version = ExportManifest.class.getPackage().getImplementationVersion();
    root.put("version", version == null ? "development" : version);
    settings(root, report.format(), settings);
    root.putObject("from").put("model", ModelName.of(from)).put("scheme", report.from());
    root.put("layers", report.layers());
    ReadBack back = report.readBack();
    root.putObject("readBack")
        .put("layers", back.layers())
        .put("codesDiffering", back.codesDiffering())
        .put("largestRelativeDeviation", back.largestDeviation());
    ArrayNode remarks = root.putArray("remarks");
    report.remarks().forEach(remarks::add);
    root.put("seconds", report.seconds());
    if (run != null) {
      root.set("run", withoutFolders(run));
    }
    JsonFiles.write(file, root);
  }

  /** As what was exported: what makes two exports of one job differ. */
  static void settings(ObjectNode root, ExportFormat format, Export.Settings settings) {
    root.put("format", format.word());
    root.put("zero", settings.integerZeros() ? "integer" : "as solved");
    root.put("shardBytes", settings.shardBytes());
    switch (format) {
      case GGUF -> root.put("ggufType", settings.ggufType());
      case PLAIN -> root.put("plainType", settings.plainType());
      case AWQ, GPTQ, GPTQ_V2, HQQ, COMPRESSED_TENSORS -> {}
    }
  }

  /** The same object with the last part of each absolute path; sha256 stand beside them. */
  static ObjectNode withoutFolders(ObjectNode object) {
    object.properties().forEach(entry -> entry.setValue(withoutFolders(entry.getValue())));
    return object;
  }

  private static JsonNode withoutFolders(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> withoutFolders(object);
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

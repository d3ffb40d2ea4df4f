package halfstep.magics.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.job.HomePath;
import halfstep.magics.command.Showing.Form;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an experiment of the laboratory can be repeated from: the line with its model, hashes of all
 * that was there to read, and the figures. Seeds are in the line or are its defaults.
 *
 * @param json {@code version}, {@code model}, {@code line}, {@code files}, {@code result}
 */
record LabManifest(JsonNode json) {

  /** Columns that tell times of this run; no manifest repeats them. */
  private static final Set<String> TIMES =
      Set.of(
          "cost here",
          "speed here",
          "turn back, multiply (ms)",
          "multiply alone (ms)",
          "fused (ms)",
          "fused is faster by");

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Of an experiment that was just run. */
  static LabManifest of(Session session, String model, List<String> line, Report<?> report) {
    ObjectNode root = MAPPER.createObjectNode();
    String version = LabManifest.class.getPackage().getImplementationVersion();
    root.put("version", version == null ? "development" : version);
    root.put("model", model);
    line.forEach(root.putArray("line")::add);
    ArrayNode files = root.putArray("files");
    for (Path file : files(session, line)) {
      files.addObject().put("file", HomePath.told(file)).put("sha256", sha256(file));
    }
    try {
      root.set("result", MAPPER.readTree(report.in(Form.JSON).toString()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is JSON", e);
    }
    return new LabManifest(root);
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the file is none
   */
  static LabManifest read(Path file) {
    try {
      JsonNode root = MAPPER.readTree(file.toFile());
      if (!root.path("line").isArray() || !root.path("result").path("rows").isArray()) {
        throw new IllegalArgumentException(
            "%s is no manifest of the laboratory; lab-report --manifest FILE writes one"
                .formatted(file));
      }
      return new LabManifest(root);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("%s is no JSON".formatted(file), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  void write(Path file) {
    try {
      MAPPER.writeValue(file.toFile(), json);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  String model() {
    return json.path("model").asText();
  }

  List<String> line() {
    List<String> line = new ArrayList<>();
    json.path("line").forEach(word -> line.add(word.asText()));
    return line;
  }

  /**
   * In what a repetition differs; empty if every figure is the same, bit for bit.
   *
   * @return a sentence each
   */
  List<String> differences(LabManifest again) {
    List<String> differences = new ArrayList<>();
    if (!json.path("files").equals(again.json.path("files"))) {
      differences.add("what was read is not the same: %s".formatted(otherFiles(again)));
    }
    JsonNode rows = json.path("result").path("rows");
    JsonNode others = again.json.path("result").path("rows");
    if (rows.size() != others.size()) {
      differences.add("%d rows, now %d".formatted(rows.size(), others.size()));
    }
    for (int row = 0; row < Math.min(rows.size(), others.size()); row++) {
      for (Iterator<String> names = rows.get(row).fieldNames(); names.hasNext(); ) {
        String name = names.next();
        JsonNode before = rows.get(row).path(name);
        JsonNode now = others.get(row).path(name);
        if (!TIMES.contains(name) && !before.equals(now)) {
          differences.add("row %d, %s: %s, now %s".formatted(row + 1, name, before, now));
        }
      }
    }
    return differences;
  }

  private String otherFiles(LabManifest again) {
    Set<String> names = new LinkedHashSet<>();
    for (LabManifest manifest : List.of(this, again)) {
      LabManifest other = manifest.equals(this) ? again : this;
      Set<JsonNode> theirs = new LinkedHashSet<>();
      other.json.path("files").forEach(theirs::add);
      manifest
          .json
          .path("files")
          .forEach(file -> {
            if (!theirs.contains(file)) {
              names.add(file.path("file").asText());
            }
          });
    }
    return String.join(", ", names);
  }

  /** The model's files, the project's texts, and what the line names of files. */
  private static Set<Path> files(Session session, List<String> line) {
    LoadedModel model = session.model();
    Set<Path> files = new LinkedHashSet<>(model.source().files());
    files.addAll(session.folders().texts());
    for (String word : line) {
      Path named = session.folders().here().resolve(word);
      if (Files.isRegularFile(named)) {
        files.add(named);
      }
    }
    return files;
  }

  private static String sha256(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (var in = Files.newInputStream(file)) {
        byte[] block = new byte[1 << 20];
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
          digest.update(block, 0, count);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

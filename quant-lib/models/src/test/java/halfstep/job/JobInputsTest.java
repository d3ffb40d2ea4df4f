package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.llm.GoldenModels;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are hashed while a job runs: here all of them, which elsewhere only large ones are.
 */
class JobInputsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path input;

  @BeforeEach
  void copyModel() throws IOException {
    try (Stream<Path> files = Files.list(GoldenModels.folder("llama_gqa"))) {
      for (Path file : files.toList()) {
        Files.copy(file, input.resolve(file.getFileName().toString()));
      }
    }
  }

  private JobInputs beside() {
    LayerSource source = LayerSource.open(input);
    return JobInputs.hashedBeside(source, source.layers(), 0);
  }

  private static ObjectNode plan(JobInputs inputs) {
    ObjectNode plan = JSON.createObjectNode();
    plan.set("inputs", inputs.json());
    return plan;
  }

  private static ObjectNode withoutHashes(ObjectNode plan) {
    plan.path("inputs").forEach(file -> ((ObjectNode) file).remove("sha256"));
    return plan;
  }

  private static long sum(LayerSource source, String layer) {
    CRC32C sum = new CRC32C();
    source.weight(
        layer,
        shape -> Matrix.zeros(shape.rows(), shape.cols()),
        bytes -> sum.update(bytes.asByteBuffer()));
    return sum.getValue();
  }

  /** A log of some layers, as a job leaves it that was killed before a file was hashed. */
  private List<ObjectNode> unhashedLog(int layers) {
    LayerSource source = LayerSource.open(input);
    try (JobInputs inputs = beside()) {
      List<ObjectNode> log = new ArrayList<>(List.of(withoutHashes(plan(inputs))));
      for (String layer : source.layers().subList(0, layers)) {
        inputs.read(layer, sum(source, layer));
        ObjectNode line = JSON.createObjectNode().put("layer", layer);
        inputs.log(layer, line);
        line.remove("sha256");
        log.add(line);
      }
      return log;
    }
  }

  private List<String> differences(List<ObjectNode> log) {
    try (JobInputs now = JobInputs.hashed(LayerSource.open(input))) {
      return now.differences(log, plan(now));
    }
  }

  /** Changes one byte of a layer's weights. */
  private void change(String layer) throws IOException {
    Path file = input.resolve("model.safetensors");
    String header = Files.readString(file, StandardCharsets.ISO_8859_1);
    String place = header.substring(header.indexOf("\"" + layer + ".weight\""));
    String begin = place.replaceFirst("(?s).*?\"data_offsets\":\\s*\\[(\\d+),.*", "$1");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(size, 0);
      long at = 8 + size.getLong(0) + Long.parseLong(begin);
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
    }
  }

  @Test
  void theHashesAreThoseOfTheFilesWheneverTheyAreTaken() {
    try (JobInputs inputs = beside();
        JobInputs before = JobInputs.hashed(LayerSource.open(input))) {
      inputs.complete();
      assertEquals(before.json(), inputs.json());
      assertEquals(2, before.json().size());
      before.json().forEach(file -> assertEquals(64, file.path("sha256").asText().length()));
    }
  }

  @Test
  void aLayersLineTellsTheHashesThatBecameKnown() {
    LayerSource source = LayerSource.open(input);
    String layer = source.layers().getFirst();
    try (JobInputs inputs = beside()) {
      inputs.complete();
      ObjectNode line = JSON.createObjectNode();
      inputs.read(layer, sum(source, layer));
      inputs.log(layer, line);
      assertEquals(2, line.path("sha256").size());
      assertTrue(line.has("weights"));
      ObjectNode second = JSON.createObjectNode();
      inputs.log(source.layers().get(1), second);
      assertFalse(second.has("sha256"), "they are told once");
    }
  }

  @Test
  void withoutAHashTheWeightsOfFinishedLayersTell() throws IOException {
    List<ObjectNode> log = unhashedLog(3);
    String second = LayerSource.open(input).layers().get(1);
    String last = LayerSource.open(input).layers().getLast();
    assertEquals(List.of(), differences(log));
    change(last);
    assertEquals(List.of(), differences(log), "of that layer nothing is done yet");
    change(second);
    assertEquals(List.of("the weights of %s were others".formatted(second)), differences(log));
  }

  @Test
  void aHashOfALaterLineCountsAsThePlans() throws IOException {
    List<ObjectNode> log = unhashedLog(3);
    try (JobInputs inputs = JobInputs.hashed(LayerSource.open(input))) {
      ObjectNode hashes = JSON.createObjectNode();
      inputs
          .json()
          .forEach(file -> hashes.put(file.path("file").asText(), file.path("sha256").asText()));
      log.getLast().set("sha256", hashes);
    }
    assertEquals(List.of(), differences(log));
    change(LayerSource.open(input).layers().getLast());
    List<String> found = differences(log);
    assertEquals(1, found.size(), found::toString);
    assertTrue(found.getFirst().startsWith("inputs[0].sha256 was "), found::toString);
  }

  @Test
  void aFileThatWasWrittenToWhileItWasHashedIsRefused() throws IOException {
    try (JobInputs inputs = beside()) {
      Path file = input.resolve("model.safetensors");
      FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + 5000);
      Files.setLastModifiedTime(file, later);
      String said = String.valueOf(assertThrows(JobException.class, inputs::complete).getMessage());
      assertTrue(said.contains(file + " changed while the job ran: "), said);
    }
  }

  @Test
  void aFileThatIsGoneIsToldAtTheEnd() throws IOException {
    try (JobInputs inputs = beside()) {
      Files.delete(input.resolve("model.safetensors"));
      assertThrows(UncheckedIOException.class, inputs::complete);
    }
  }
}

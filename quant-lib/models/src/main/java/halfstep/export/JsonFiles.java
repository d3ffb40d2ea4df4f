package halfstep.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON objects in files. */
final class JsonFiles {

  static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonFiles() {}

  /**
   * @throws ExportException if the file is missing or no JSON object
   */
  static ObjectNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw ExportException.ofFile(file, "there is no such file");
    }
    try {
      JsonNode node = JSON.readTree(file.toFile());
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new ExportException(file + ": it is no valid JSON: " + e.getOriginalMessage(), e);
    } catch (CharConversionException e) {
      throw new ExportException(file + ": it is no text: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
    throw ExportException.ofFile(file, "it holds no JSON object");
  }

  static void write(Path file, JsonNode object) {
    try {
      JSON.writeValue(file.toFile(), object);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }
}

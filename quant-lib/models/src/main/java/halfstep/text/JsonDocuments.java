package halfstep.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records as documents. A record's text is its field {@code text}, {@code content} or {@code code};
 * else, as instruction sets are made, instruction, input and output, or prompt and completion, with
 * blank lines between them.
 */
final class JsonDocuments {

  private static final List<String> WHOLE = List.of("text", "content", "code");
  private static final List<List<String>> PARTS =
      List.of(
          List.of("instruction", "input", "output"),
          List.of("prompt", "completion"),
          List.of("question", "answer"));
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private JsonDocuments() {}

  private static String text(Path file, String where, JsonNode node) {
    if (node.isTextual()) {
      return node.textValue();
    }
    for (String field : WHOLE) {
      if (node.path(field).isTextual()) {
        return node.path(field).textValue();
      }
    }
    for (List<String> fields : PARTS) {
      List<String> parts = new ArrayList<>();
      for (String field : fields) {
        if (node.path(field).isTextual() && !node.path(field).textValue().isBlank()) {
          parts.add(node.path(field).textValue());
        }
      }
      if (node.has(fields.getFirst()) && node.has(fields.getLast())) {
        return String.join("\n\n", parts);
      }
    }
    List<String> fields = new ArrayList<>();
    node.fieldNames().forEachRemaining(fields::add);
    throw new TokenizerException(
        "%s, %s: it holds no text; expected a field text, content or code, or instruction and output, found %s"
            .formatted(file, where, fields.isEmpty() ? node.getNodeType() : fields));
  }

  private static TokenizerException noJson(Path file, String where, JsonProcessingException e) {
    return new TokenizerException(
        "%s, %s is no JSON: %s".formatted(file, where, e.getOriginalMessage()), e);
  }

  /** A record a line. */
  static final class Lines implements Documents.Source {
    private final Path file;
    private final BufferedReader reader;
    private int number;

    Lines(Path file, BufferedReader reader) {
      this.file = file;
      this.reader = reader;
    }

    @Override
    public @Nullable String next() throws IOException {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          return text(file, "line " + number, parse(line));
        }
      }
      return null;
    }

    private JsonNode parse(String line) {
      try {
        return JSON.readTree(line);
      } catch (JsonProcessingException e) {
        throw noJson(file, "line " + number, e);
      }
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** The elements of one array, parsed one at a time. */
  static final class Elements implements Documents.Source {
    private final Path file;
    private final JsonParser parser;
    private int number;
    private boolean ended;

    Elements(Path file, Reader reader) throws IOException {
      this.file = file;
      this.parser = JSON.createParser(reader);
      try {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
          throw new TokenizerException(
              "%s is no array of records; text is read from [{\"text\": …}, …], token ids from {\"stream\": [1, 2, …]}"
                  .formatted(file));
        }
      } catch (JsonProcessingException e) {
        throw noJson(file, "which should be an array of records,", e);
      }
    }

    @Override
    public @Nullable String next() throws IOException {
      try {
        ended = ended || parser.nextToken() == JsonToken.END_ARRAY;
        return ended ? null : text(file, "element " + number++, JSON.readTree(parser));
      } catch (JsonProcessingException e) {
        throw noJson(file, "element " + number, e);
      }
    }

    @Override
    public void close() throws IOException {
      parser.close();
    }
  }
}

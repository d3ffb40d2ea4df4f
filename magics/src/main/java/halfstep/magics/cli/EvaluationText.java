package halfstep.magics.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.llm.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The text to evaluate on: words, or tokens made elsewhere. */
final class EvaluationText {

  @Option(names = "--text", paramLabel = "FILE", description = "A text file in UTF-8.")
  private @Nullable Path text;

  @Option(
      names = "--tokens",
      paramLabel = "FILE.json",
      description = "Token ids: {\"stream\": [1, 2, …]}.")
  private @Nullable Path tokens;

  int[] tokens(Model model) {
    try {
      if (text != null) {
        return model.tokenizer().encode(Files.readString(text));
      }
      if (tokens != null) {
        return stream(tokens);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("neither --text nor --tokens was given");
  }

  private static int[] stream(Path file) throws IOException {
    JsonNode ids;
    try {
      ids = JsonMapper.builder().build().readTree(Files.readString(file)).path("stream");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!ids.isArray() || ids.isEmpty()) {
      throw new IllegalArgumentException(
          "%s holds no token ids; expected {\"stream\": [1, 2, …]}".formatted(file));
    }
    int[] stream = new int[ids.size()];
    for (int i = 0; i < stream.length; i++) {
      if (!ids.get(i).isInt()) {
        throw new IllegalArgumentException(
            "%s: element %d of stream is %s, no token id".formatted(file, i, ids.get(i)));
      }
      stream[i] = ids.get(i).intValue();
    }
    return stream;
  }
}

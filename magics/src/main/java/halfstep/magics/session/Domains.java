package halfstep.magics.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.eval.Domain;
import halfstep.llm.Model;
import halfstep.magics.command.EvalSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The texts of an evaluation as one model's tokens: each file from its beginning, read once. */
final class Domains {

  private final Folders folders;
  private final Model model;

  /**
   * @param folders where texts are looked for
   * @param model whose tokenizer reads them
   */
  Domains(Folders folders, Model model) {
    this.folders = folders;
    this.model = model;
  }

  /**
   * What the settings name, or the project's own texts if they name none.
   *
   * @throws NotFoundException if there is no such file
   */
  List<Domain> read(EvalSettings settings) {
    if (settings.tokens().isPresent()) {
      Path file = folders.text(settings.tokens().get());
      return List.of(new Domain(name(file), stream(file)));
    }
    List<Domain> domains = new ArrayList<>();
    for (String word : settings.texts().isEmpty() ? Texts.EVALUATION : settings.texts()) {
      int equals = word.indexOf('=');
      Path file = folders.text(word.substring(equals + 1));
      String name = equals < 0 ? name(file) : word.substring(0, equals);
      domains.add(new Domain(name, model.tokenizer().encode(content(file))));
    }
    return domains;
  }

  /** What the tokenizer puts at the start of a text; unknown when tokens were made elsewhere. */
  OptionalInt bos(EvalSettings settings) {
    if (settings.tokens().isPresent()) {
      return OptionalInt.empty();
    }
    int[] empty = model.tokenizer().encode("");
    return empty.length == 0 ? OptionalInt.empty() : OptionalInt.of(empty[0]);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read as UTF-8 text".formatted(file), e);
    }
  }

  private static int[] stream(Path file) {
    JsonNode ids;
    try {
      ids = JsonMapper.builder().build().readTree(Files.readString(file)).path("stream");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read".formatted(file), e);
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

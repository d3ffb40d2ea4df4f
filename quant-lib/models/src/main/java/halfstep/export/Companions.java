package halfstep.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The files beside the weights that a model needs to speak: tokenizer, generation settings. */
final class Companions {

  private static final List<String> NAMES =
      List.of(
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "tokenizer.model",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "chat_template.json",
          "chat_template.jinja",
          "LICENSE",
          "LICENSE.txt");

  private Companions() {}

  /** Copies those that there are. */
  static void copy(Path from, Path to) {
    for (String name : NAMES) {
      Path file = from.resolve(name);
      if (!Files.isRegularFile(file)) {
        continue;
      }
      try {
        Files.copy(file, to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException(file + " cannot be copied", e);
      }
    }
  }
}

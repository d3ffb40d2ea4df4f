package halfstep.magics.cli;

import halfstep.hub.Hub;
import halfstep.magics.session.HubFetch;
import halfstep.text.Recipe;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a word on the command line means: a path, or else a name on the hub. */
final class HubFiles {

  private HubFiles() {}

  /**
   * A model: a path as it is, {@code owner/name} as its folder in the hub's cache.
   *
   * @param err where plan and progress go
   */
  static Path model(Path word, PrintWriter err) {
    String name = word.toString();
    return HubFetch.isModel(name, Path.of("")) ? fetch(err).model(name) : word;
  }

  /** A text: a file as it is, or one of the papers' texts by its recipe's name. */
  static Path text(String word, PrintWriter err) {
    Path path = Path.of(word);
    Optional<Recipe> recipe = Files.exists(path) ? Optional.empty() : Recipe.named(word);
    return recipe.map(known -> fetch(err).text(known)).orElse(path);
  }

  private static HubFetch fetch(PrintWriter err) {
    return new HubFetch(Hub.ofThisProcess(), err::println, title -> Meter.progress(err, title));
  }
}

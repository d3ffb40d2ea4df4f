package halfstep.magics.session;

import halfstep.lab.Layers;
import halfstep.llm.Model;
import halfstep.magics.command.Candidates;
import halfstep.magics.command.Commands;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The words that Tab offers and only the session knows. */
public final class WordsOfSession implements Candidates {

  private final Session session;

  /**
   * @param session whose model and folders are asked
   */
  public WordsOfSession(Session session) {
    this.session = session;
  }

  @Override
  public List<String> of(String kind) {
    return switch (kind) {
      case "MODEL" -> session.folders().modelNames();
      case "LAYER" -> layers();
      case "LAYERS" -> Stream.concat(roles(), Stream.of("all", "model")).toList();
      case "BLOCK" -> blocks();
      case "FILE" ->
          session.folders().texts().stream().map(Path::getFileName).map(String::valueOf).toList();
      case "METHOD" -> List.copyOf(session.ownMethods());
      case "COMMAND" -> Commands.helpWords();
      default -> List.of();
    };
  }

  private List<String> layers() {
    return session.loaded().stream()
        .flatMap(model -> model.layers().stream())
        .map(Layers::shortName)
        .toList();
  }

  private Stream<String> roles() {
    return session.loaded().stream()
        .flatMap(model -> model.layers().stream())
        .map(Layers::role)
        .distinct();
  }

  private List<String> blocks() {
    return session
        .loaded()
        .flatMap(LoadedModel::model)
        .map(Model::config)
        .map(config -> IntStream.range(0, config.layers()).mapToObj(String::valueOf).toList())
        .orElse(List.of());
  }
}

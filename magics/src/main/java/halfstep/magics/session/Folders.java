package halfstep.magics.session;

import halfstep.text.Recipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Where the embedded models and texts lie, seen from a notebook. */
public final class Folders {

  private final Path here;
  private final Function<String, Optional<String>> setting;

  /**
   * @param here the current directory: the notebook's own
   * @param setting looks a name up in the system's properties and the environment
   */
  Folders(Path here, Function<String, Optional<String>> setting) {
    this.here = here.toAbsolutePath().normalize();
    this.setting = setting;
  }

  /** As the running program sees them. */
  public static Folders ofThisProcess() {
    return new Folders(Path.of(""), Folders::fromSystem);
  }

  /** {@code halfstep.models} as a system property, {@code HALFSTEP_MODELS} in the environment. */
  private static Optional<String> fromSystem(String key) {
    String variable = key.replace('.', '_').toUpperCase(Locale.ROOT);
    return Optional.ofNullable(System.getProperty(key))
        .or(() -> Optional.ofNullable(System.getenv(variable)));
  }

  /**
   * The same models and texts, seen from another folder.
   *
   * @param other the notebook's own folder
   */
  public Folders from(Path other) {
    Map<String, Optional<String>> found =
        Map.of(
            "halfstep.models", models().map(Path::toString),
            "halfstep.data", data().map(Path::toString));
    return new Folders(other, key -> found.getOrDefault(key, Optional.empty()));
  }

  /** The current directory: the notebook's own. */
  public Path here() {
    return here;
  }

  /** The folder that holds model folders. */
  public Optional<Path> models() {
    return find("models");
  }

  /** The folder that holds calibration texts. */
  public Optional<Path> data() {
    return find("data");
  }

  /** Names of the models in {@link #models}. */
  public List<String> modelNames() {
    return models().map(Folders::modelsIn).orElse(List.of());
  }

  /**
   * The model that a word names: a model's name, a folder, or a file, relative to here.
   *
   * @throws NotFoundException naming the nearest model and those that exist
   */
  public Path model(String word) {
    Optional<Path> embedded =
        models().map(folder -> folder.resolve(word)).filter(Files::isDirectory);
    if (embedded.isPresent() && modelNames().contains(word)) {
      return embedded.get();
    }
    Path path = here.resolve(word);
    if (Files.exists(path)) {
      return path;
    }
    throw new NotFoundException(Missing.model(word, models(), modelNames()));
  }

  /** Whether a word means a model of the hub, since it is no path here. */
  public boolean isHubModel(String word) {
    return HubFetch.isModel(word, here);
  }

  /** Whether a word means a text of the hub, since there is no such file here. */
  public boolean isHubText(String word) {
    return Recipe.named(word).isPresent() && !Files.exists(here.resolve(word));
  }

  /** A text file, relative to here or to {@link #data}. */
  public Path text(String word) {
    Path path = here.resolve(word);
    if (Files.isRegularFile(path)) {
      return path;
    }
    return data()
        .map(folder -> folder.resolve(word))
        .filter(Files::isRegularFile)
        .orElseThrow(() -> new NotFoundException(Missing.text(word, here, texts())));
  }

  /** All texts that the project ships, in the order of their names. */
  public List<Path> texts() {
    return data().map(folder -> list(folder).filter(Folders::isText).toList()).orElse(List.of());
  }

  private Optional<Path> find(String name) {
    Optional<Path> told = setting.apply("halfstep." + name).map(here::resolve);
    return told.or(() -> beside(name));
  }

  /** Beside the notebook, or in the {@code notebooks} of this folder or one above it. */
  private Optional<Path> beside(String name) {
    return Stream.concat(
            Stream.of(here.resolve(name)),
            Stream.iterate(here, folder -> folder != null, Path::getParent)
                .map(folder -> folder.resolve("notebooks").resolve(name)))
        .filter(Files::isDirectory)
        .findFirst();
  }

  private static List<String> modelsIn(Path folder) {
    return Files.isDirectory(folder)
        ? list(folder)
            .filter(model -> Files.isRegularFile(model.resolve("config.json")))
            .map(model -> model.getFileName().toString())
            .toList()
        : List.of();
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file) && file.getFileName().toString().endsWith(".txt");
  }

  private static Stream<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("%s could not be listed".formatted(folder), e);
    }
  }
}

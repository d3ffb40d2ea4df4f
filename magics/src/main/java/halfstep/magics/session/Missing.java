package halfstep.magics.session;

import halfstep.magics.command.Nearest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Sentences about models and texts that are not there. */
final class Missing {

  private Missing() {}

  static String model(String word, Optional<Path> folder, List<String> names) {
    String exists =
        folder
            .map(path ->
                names.isEmpty()
                    ? "the models folder %s is empty".formatted(path)
                    : "%s holds %s".formatted(path, String.join(", ", names)))
            .orElse(
                "there is no models folder here or above; set HALFSTEP_MODELS to the folder that"
                    + " holds natural, salient and experts");
    String nearest = names.isEmpty() ? "" : "; nearest: " + Nearest.to(word, names, 1).getFirst();
    return "there is no model, folder or file \"%s\"%s (%s)".formatted(word, nearest, exists);
  }

  static String text(String word, Path here, List<Path> texts) {
    List<String> names = texts.stream().map(file -> file.getFileName().toString()).toList();
    return names.isEmpty()
        ? "there is no text file \"%s\" in %s; give its full path".formatted(word, here)
        : "there is no text file \"%s\" in %s; nearest: %s (the data folder holds %s)"
            .formatted(word, here, Nearest.to(word, names, 1).getFirst(), String.join(", ", names));
  }
}

package halfstep.magics.cli;

import halfstep.hub.HubException;
import halfstep.hub.HubSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the hub's cache is, what it holds, and whether it can be written. */
final class HubCheck {

  private static final String NAME = "hub";

  private HubCheck() {}

  static Check run() {
    HubSettings settings;
    try {
      settings = HubSettings.ofThisProcess();
    } catch (HubException e) {
      return Check.missing(NAME, String.valueOf(e.getMessage()), "correct or unset the variable");
    }
    Path nearest = settings.cache();
    while (nearest != null && !Files.exists(nearest)) {
      nearest = nearest.getParent();
    }
    String found = "%s, %s".formatted(settings, contents(settings.cache()));
    return nearest != null && Files.isDirectory(nearest) && Files.isWritable(nearest)
        ? Check.fine(NAME, found)
        : Check.missing(
            NAME,
            found + ", which cannot be written",
            "set HF_HOME to a folder of your own; models that are in it can be used as they are");
  }

  private static String contents(Path cache) {
    if (!Files.isDirectory(cache)) {
      return "empty";
    }
    try (Stream<Path> entries = Files.list(cache)) {
      long models =
          entries.filter(entry -> entry.getFileName().toString().startsWith("models--")).count();
      return models == 1 ? "1 model" : models + " models";
    } catch (IOException e) {
      return "which cannot be listed (" + e.getMessage() + ")";
    }
  }
}

package halfstep.export;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a model is called, without the folders in which it happens to lie. */
final class ModelName {

  /** A model in the hub's cache: {@code models--owner--name/snapshots/COMMIT}. */
  private static final Pattern CACHED =
      Pattern.compile(".*[/\\\\]models--([^/\\\\]+?)--([^/\\\\]+)[/\\\\]snapshots[/\\\\][^/\\\\]+");

  /** Begins as an absolute path of any system does, or at the home folder. */
  private static final Pattern ABSOLUTE = Pattern.compile("(/|~/|\\\\\\\\|[A-Za-z]:[/\\\\]).*");

  private ModelName() {}

  /** The name of the original model's folder, or {@code owner/name} of the hub. */
  static String of(QuantizedModel model) {
    boolean folder = Files.isDirectory(model.path());
    Path from = folder ? model.companions().orElse(model.path()) : model.path();
    return lastPart(from.toAbsolutePath().normalize().toString());
  }

  /** The last part of an absolute path, whatever system it is of; any other text as it is. */
  static String lastPart(String text) {
    if (!ABSOLUTE.matcher(text).matches()) {
      return text;
    }
    Matcher cached = CACHED.matcher(text);
    return cached.matches()
        ? cached.group(1) + "/" + cached.group(2)
        : text.replaceFirst(".*[/\\\\](?=[^/\\\\]+[/\\\\]?$)", "");
  }
}

package halfstep.kernel.dependencies;

import halfstep.kernel.spi.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@code %classpath} is asked for. */
public final class ClassPathRequest {

  /** How the magic is written. */
  public static final String USAGE =
      """
      %classpath PATH …   adds jars, folders of classes, or all jars of a folder (DIR/*) for cells
      %classpath          lists what was added\
      """;

  private static final String ALL = "*";

  private ClassPathRequest() {}

  /**
   * Finds what the words name.
   *
   * @param words paths, relative to the kernel's working folder; {@code ~} is the user's
   * @return jars and folders, absolute
   * @throws Refusal if one of them is not there
   */
  public static List<Path> of(List<String> words) {
    List<Path> found = new ArrayList<>();
    for (String word : words) {
      String home = System.getProperty("user.home");
      String named = word.startsWith("~/") ? home + word.substring(1) : word;
      boolean all = named.endsWith("/" + ALL) || named.equals(ALL);
      Path path = Path.of(all ? named.substring(0, named.length() - 1) : named).toAbsolutePath();
      List<Path> here = all ? jars(path.normalize()) : List.of(path.normalize());
      if (here.isEmpty() || !Files.exists(here.getFirst())) {
        throw new Refusal(
            "NotFound",
            "%s names %s, where there is %s; paths are relative to %s"
                .formatted(word, path, all ? "no jar" : "nothing", Path.of("").toAbsolutePath()),
            null);
      }
      found.addAll(here);
    }
    return found;
  }

  private static List<Path> jars(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }
}

package halfstep.kernel.engine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The Javadoc comments of what is on the class path beside the JDK: from a {@code NAME-sources.jar}
 * that lies beside {@code NAME.jar}, and from sources inside a jar under {@value #INSIDE}, where
 * our own are.
 */
public final class SourceComments {

  private static final String INSIDE = "META-INF/sources/";

  private final Set<Path> archives = new LinkedHashSet<>();

  SourceComments() {}

  /** Takes the jars of a class path, and the archives of sources beside them. */
  synchronized void add(String classPath) {
    for (String entry : classPath.split(File.pathSeparator)) {
      if (entry.endsWith(".jar")) {
        archives.add(Path.of(entry));
        archives.add(Path.of(entry.substring(0, entry.length() - 4) + "-sources.jar"));
      }
    }
  }

  /**
   * The comment of a class, method or field.
   *
   * @param signature in JShell's form, for example {@code String Gson.toJson(Object src)}
   * @return as it stands in the source, without stars; null when no source has it
   */
  synchronized @Nullable String comment(String signature) {
    Signature wanted = Signature.of(signature);
    for (Path archive : archives) {
      String found = Files.isRegularFile(archive) ? in(archive, wanted) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String in(Path archive, Signature wanted) {
    String file = "/" + wanted.type() + ".java";
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      boolean ofSources = archive.toString().endsWith("-sources.jar");
      List<? extends ZipEntry> entries = new ArrayList<>(zip.stream().toList());
      for (ZipEntry entry : entries) {
        String name = entry.getName();
        if (name.endsWith(file)
            && (ofSources || name.startsWith(INSIDE))
            && name.endsWith(wanted.path())) {
          String text =
              new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
          return CommentFinder.find(text, wanted);
        }
      }
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + archive, e);
    }
  }
}

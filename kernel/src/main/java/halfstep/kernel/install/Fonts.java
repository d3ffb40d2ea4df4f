package halfstep.kernel.install;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Helps a Java that cannot draw text because the system's font configuration is missing, though
 * fonts are there: names one of them in a configuration file of Java's own format.
 */
public final class Fonts {

  private static final Map<String, String> NAMES_BY_FILE =
      new TreeMap<>(
          Map.of(
              "DejaVuSans.ttf", "DejaVu Sans",
              "LiberationSans-Regular.ttf", "Liberation Sans",
              "NotoSans-Regular.ttf", "Noto Sans",
              "FreeSans.ttf", "FreeSans"));
  private static final List<String> FAMILIES =
      List.of("dialog", "sansserif", "serif", "monospaced", "dialoginput");
  private static final List<String> STYLES = List.of("plain", "bold", "italic", "bolditalic");
  private static final int DEPTH = 6;

  private Fonts() {}

  /**
   * Whether this Java can draw text as it stands.
   *
   * @return false where fontconfig or all fonts are missing
   */
  public static boolean work() {
    try {
      return new TextLayout(
                  "x", new Font("Dialog", Font.PLAIN, 12), new FontRenderContext(null, true, true))
              .getAdvance()
          > 0;
    } catch (RuntimeException | LinkageError | InternalError e) {
      // Java answers a missing font configuration by any of these; that it fails is all we ask
      return false;
    }
  }

  /**
   * Finds a font that the configuration can name.
   *
   * @param roots folders to search
   * @return its file
   */
  public static Optional<Path> find(List<Path> roots) {
    return roots.stream().filter(Files::isDirectory).flatMap(root -> in(root).stream()).findFirst();
  }

  private static Optional<Path> in(Path root) {
    try (Stream<Path> files = Files.find(root, DEPTH, (f, a) -> a.isRegularFile())) {
      return files
          .filter(f -> NAMES_BY_FILE.containsKey(f.getFileName().toString()))
          .sorted()
          .findFirst();
    } catch (IOException | UncheckedIOException unreadable) {
      // a folder that cannot be read holds no font for us; the next one may
      return Optional.empty();
    }
  }

  /** The folders in which Linux keeps fonts, as fontconfig looks for them. */
  public static List<Path> folders() {
    return folders(System.getenv());
  }

  /**
   * The folders in which Linux keeps fonts.
   *
   * @param environment its {@code HOME} counts before what the system's list of users says, and
   *     {@code XDG_DATA_HOME} before the usual folder in it; what names no absolute path is as if
   *     it were not there
   */
  static List<Path> folders(Map<String, String> environment) {
    List<Path> folders = new ArrayList<>();
    folders.add(Path.of("/usr/share/fonts"));
    folders.add(Path.of("/usr/local/share/fonts"));
    Optional<Path> home =
        absolute(environment.get("HOME")).or(() -> absolute(System.getProperty("user.home")));
    absolute(environment.get("XDG_DATA_HOME"))
        .or(() -> home.map(h -> h.resolve(".local/share")))
        .ifPresent(data -> folders.add(data.resolve("fonts")));
    home.ifPresent(h -> folders.add(h.resolve(".fonts")));
    folders.add(Path.of(System.getProperty("java.home"), "lib", "fonts"));
    return folders;
  }

  /** What is set to an absolute path. */
  private static Optional<Path> absolute(@Nullable String named) {
    try {
      return Optional.ofNullable(named).map(Path::of).filter(Path::isAbsolute);
    } catch (InvalidPathException e) {
      // nothing lies there
      return Optional.empty();
    }
  }

  /**
   * Writes the configuration.
   *
   * @param font a file that {@link #find} found
   * @param folder where to write
   * @return the JVM flag that makes Java use it
   * @throws IOException if it cannot be written
   */
  public static String configure(Path font, Path folder) throws IOException {
    String name = NAMES_BY_FILE.get(font.getFileName().toString());
    if (name == null) {
      throw new IllegalArgumentException("not a font of " + NAMES_BY_FILE.keySet() + ": " + font);
    }
    StringBuilder text = new StringBuilder("version=1\nsequence.allfonts=latin-1\n");
    for (String family : FAMILIES) {
      for (String style : STYLES) {
        text.append("%s.%s.latin-1=%s\n".formatted(family, style, name));
      }
    }
    text.append("filename.%s=%s\n".formatted(name.replace(' ', '_'), font.toAbsolutePath()));
    Path file = folder.resolve("fontconfig.properties");
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    return "-Dsun.awt.fontconfig=" + file.toAbsolutePath();
  }
}

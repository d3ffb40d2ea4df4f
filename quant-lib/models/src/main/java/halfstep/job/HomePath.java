package halfstep.job;

import java.nio.file.Path;

/**
 * How a manifest names files: as they were opened, but with {@code ~} for the home folder, whose
 * name is often a person's. A manifest is passed on; where a model lay on its author's disk is
 * nobody's business, yet the author's own export must find it again.
 */
public final class HomePath {

  private static final String SHORT = "~/";

  private HomePath() {}

  /** {@code ~/models/natural} for a file below the home folder; any other path as it is. */
  public static String told(Path file) {
    return told(file, home());
  }

  static String told(Path file, Path home) {
    Path plain = file.normalize();
    boolean known = home.isAbsolute() && home.getNameCount() > 0;
    boolean below = known && plain.startsWith(home) && !plain.equals(home);
    return below ? SHORT + home.relativize(plain).toString().replace('\\', '/') : file.toString();
  }

  /** The file that {@link #told(Path)} named, on the same machine for the same user. */
  public static Path of(String told) {
    return of(told, home());
  }

  static Path of(String told, Path home) {
    return told.startsWith(SHORT) ? home.resolve(told.substring(SHORT.length())) : Path.of(told);
  }

  private static Path home() {
    return Path.of(System.getProperty("user.home", "")).normalize();
  }
}

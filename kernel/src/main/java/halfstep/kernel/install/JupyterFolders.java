package halfstep.kernel.install;

import halfstep.kernel.spi.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where Jupyter looks for kernels.
 *
 * @param environment the process's variables
 * @param home the user's folder
 * @param system as {@code os.name} says it
 */
public record JupyterFolders(Map<String, String> environment, Path home, String system) {

  /** The folders of this process's user and environment. */
  public static JupyterFolders here() {
    String system = System.getProperty("os.name");
    return new JupyterFolders(
        System.getenv(),
        home(System.getenv(), Path.of(System.getProperty("user.home")), system),
        system);
  }

  /**
   * The user's folder as Jupyter knows it. Java asks the list of users instead of the environment,
   * which says otherwise in containers and under {@code sudo}.
   *
   * @param environment the process's variables
   * @param known what Java says, for want of a variable
   * @param system as {@code os.name} says it
   */
  static Path home(Map<String, String> environment, Path known, String system) {
    String named = environment.getOrDefault(isWindows(system) ? "USERPROFILE" : "HOME", "");
    return named.isBlank() ? known : Path.of(named);
  }

  private static boolean isWindows(String system) {
    return system.startsWith("Windows");
  }

  /**
   * The kernels of this user.
   *
   * @return a folder that may not exist yet
   */
  public Path user() {
    Optional<String> named = variable("JUPYTER_DATA_DIR");
    if (named.isPresent()) {
      return Path.of(named.get(), "kernels");
    }
    return data().resolve("kernels");
  }

  private Path data() {
    if (system.startsWith("Mac")) {
      return home.resolve("Library").resolve("Jupyter");
    }
    if (isWindows(system)) {
      return variable("APPDATA")
          .map(data -> Path.of(data, "jupyter"))
          .orElseGet(() ->
              variable("JUPYTER_CONFIG_DIR")
                  .map(Path::of)
                  .orElse(home.resolve(".jupyter"))
                  .resolve("data"));
    }
    return variable("XDG_DATA_HOME")
        .map(Path::of)
        .orElse(home.resolve(".local").resolve("share"))
        .resolve("jupyter");
  }

  /**
   * The kernels of the Python environment that is active.
   *
   * @return a folder that may not exist yet
   * @throws Refusal if there is no such environment
   */
  public Path systemPrefix() {
    return prefix(
        variable("VIRTUAL_ENV")
            .or(() -> variable("CONDA_PREFIX"))
            .or(JupyterFolders::prefixOfPython)
            .map(Path::of)
            .orElseThrow(() ->
                new Refusal(
                    "NoPython",
                    "--sys-prefix wants a Python environment, but none is active and there is no python3 on the"
                        + " PATH; use --user or --prefix DIR",
                    null)));
  }

  /**
   * The kernels under a prefix.
   *
   * @param prefix the folder that holds {@code share}
   * @return a folder that may not exist yet
   */
  public static Path prefix(Path prefix) {
    return prefix.toAbsolutePath().resolve("share").resolve("jupyter").resolve("kernels");
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private static Optional<String> prefixOfPython() {
    try {
      Process python =
          new ProcessBuilder("python3", "-c", "import sys; print(sys.prefix)")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return python.waitFor() == 0 ? Optional.of(answer.strip()) : Optional.empty();
    } catch (IOException noPython) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}

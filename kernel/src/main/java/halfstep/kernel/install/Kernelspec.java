package halfstep.kernel.install;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import halfstep.kernel.spi.Refusal;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The kernel as Jupyter starts it: an absolute Java, an explicit class path, no launcher in
 * between.
 *
 * @param name by which notebooks ask for it; several versions or profiles may stand side by side
 * @param java the Java command
 * @param jars the class path, in order
 * @param flags what the JVM is given beside those that every kernel has
 */
public record Kernelspec(String name, Path java, List<Path> jars, List<String> flags) {

  /** The name by which notebooks ask for the kernel. */
  public static final String NAME = "halfstep";

  /** What front ends show. */
  public static final String DISPLAY_NAME = "Halfstep (Java)";

  private static final List<String> LOGOS =
      List.of("logo-32x32.png", "logo-64x64.png", "logo-svg.svg");
  private static final String MAIN = "halfstep.kernel.KernelMain";

  /** What Jupyter accepts as the name of a kernel. */
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9._-]+");

  /**
   * Copies both lists.
   *
   * @throws Refusal if Jupyter could not use the name
   */
  public Kernelspec {
    if (!NAMES.matcher(name).matches()) {
      throw new Refusal(
          "BadName",
          "the kernel cannot be called \"%s\"; Jupyter allows letters, digits, dots, hyphens and underscores, for example %s-2"
              .formatted(name, NAME),
          null);
    }
    jars = List.copyOf(jars);
    flags = List.copyOf(flags);
  }

  /**
   * The kernel in a folder of jars.
   *
   * @param java the Java command, 25 or newer
   * @param lib the folder; its jars are taken in the order of their names
   * @return the spec
   * @throws IOException if the folder cannot be read
   * @throws Refusal if it holds no jars
   */
  public static Kernelspec of(Path java, Path lib) throws IOException {
    Path folder = lib.toAbsolutePath().normalize();
    List<Path> jars = List.of();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        jars = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
      }
    }
    if (jars.isEmpty()) {
      throw new Refusal(
          "NotBuilt",
          "%s holds no jars, expected the kernel's; build it first with mvn package"
              .formatted(folder),
          null);
    }
    return new Kernelspec(NAME, java.toAbsolutePath(), jars, List.of());
  }

  /**
   * The same kernel in a profile and under a name.
   *
   * @param profile how its JVM starts
   * @param name as notebooks will ask for it
   * @return a new spec
   * @throws Refusal if Jupyter could not use the name
   */
  public Kernelspec as(Profile profile, String name) {
    Kernelspec profiled = with(profile.flags());
    return new Kernelspec(name, java, jars, profiled.flags);
  }

  /**
   * The same kernel with more flags.
   *
   * @param more appended to the flags
   * @return a new spec
   */
  public Kernelspec with(List<String> more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(more);
    return new Kernelspec(name, java, jars, all);
  }

  /**
   * The command that runs a class of the kernel.
   *
   * @param main its name
   * @param arguments its arguments
   * @return the command and its words
   */
  public List<String> command(String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(JvmFlags.on(System.getProperty("os.name")));
    command.addAll(flags);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, jars.stream().map(Path::toString).toList()));
    command.add(main);
    command.addAll(arguments);
    return command;
  }

  /**
   * Writes the spec; one that is there is replaced.
   *
   * @param kernels a folder of {@link JupyterFolders}; made when it does not exist
   * @return the kernel's own folder in it
   * @throws IOException if it cannot be written
   */
  public Path installInto(Path kernels) throws IOException {
    Path folder = Files.createDirectories(kernels.resolve(name));
    Files.writeString(folder.resolve("kernel.json"), json());
    for (String logo : LOGOS) {
      try (InputStream drawing = Kernelspec.class.getResourceAsStream(logo)) {
        if (drawing == null) {
          throw new IOException("the kernel's jar lacks " + logo);
        }
        Files.copy(drawing, folder.resolve(logo), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return folder;
  }

  /**
   * Removes the spec.
   *
   * @param kernels a folder of {@link JupyterFolders}
   * @param name of the kernel
   * @return whether there was one
   * @throws IOException if it cannot be removed
   */
  public static boolean uninstallFrom(Path kernels, String name) throws IOException {
    Path folder = kernels.resolve(name);
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
    return true;
  }

  /**
   * What the process's environment must say: Java on Linux finds a file whose name is not ASCII
   * only in a locale that has such names.
   */
  Map<String, String> environment() {
    boolean plain = String.join("", command(MAIN, List.of())).chars().allMatch(c -> c < 128);
    return plain || File.separatorChar == '\\' ? Map.of() : Map.of("LC_ALL", "C.UTF-8");
  }

  /** The text of {@code kernel.json}. */
  public String json() {
    Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("argv", command(MAIN, List.of("{connection_file}")));
    spec.put("display_name", name.equals(NAME) ? DISPLAY_NAME : DISPLAY_NAME + " " + name);
    spec.put("language", "java");
    spec.put("interrupt_mode", "message");
    spec.put("env", environment());
    return gson.toJson(spec) + "\n";
  }
}

package halfstep.kernel.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An installed kernel.
 *
 * @param folder holds {@code kernel.json}
 * @param notes what the user should know, one sentence each, usually none
 */
public record Installation(Path folder, List<String> notes) {

  /**
   * Installs the kernel and what makes it start well on this machine.
   *
   * @param spec the kernel
   * @param kernels a folder of {@link JupyterFolders}
   * @param trained whether to make an AOT cache, which takes a few seconds and makes every start
   *     shorter
   * @return where it is
   * @throws IOException if it cannot be written
   */
  public static Installation install(Kernelspec spec, Path kernels, boolean trained)
      throws IOException {
    List<String> notes = new ArrayList<>();
    Path folder = Files.createDirectories(kernels.resolve(spec.name()));
    Kernelspec complete = spec.with(fontFlags(folder, notes));
    AotCache.discard(folder, notes);
    if (trained) {
      complete = complete.with(AotCache.make(complete, folder, notes));
    }
    complete.installInto(kernels);
    return new Installation(folder, List.copyOf(notes));
  }

  private static List<String> fontFlags(Path folder, List<String> notes) throws IOException {
    if (Fonts.work()) {
      return List.of();
    }
    Optional<Path> font = Fonts.find(Fonts.folders());
    if (font.isEmpty()) {
      notes.add(
          "Java finds no fonts, so charts fall back to tables; install fontconfig and fonts-dejavu-core");
      return List.of();
    }
    return List.of(Fonts.configure(font.get(), folder));
  }
}

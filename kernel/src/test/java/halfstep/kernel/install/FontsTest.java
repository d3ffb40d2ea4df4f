package halfstep.kernel.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where fonts are looked for: where fontconfig would. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "these are the folders of Linux")
class FontsTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private static List<Path> own(Map<String, String> environment) {
    List<Path> all = Fonts.folders(environment);
    return all.subList(2, all.size() - 1);
  }

  @Test
  void theDataFolderOfTheUserComesFromTheEnvironment() {
    assertEquals(
        List.of(Path.of("/data/fonts"), Path.of("/h/.fonts")),
        own(Map.of("HOME", "/h", "XDG_DATA_HOME", "/data")));
    assertEquals(
        List.of(Path.of("/h/.local/share/fonts"), Path.of("/h/.fonts")), own(Map.of("HOME", "/h")));
  }

  @Test
  void whatNamesNoAbsolutePathIsAsIfItWereNotThere() {
    List<Path> withoutAny = own(Map.of());
    Path home = Path.of(System.getProperty("user.home"));
    assertTrue(withoutAny.contains(home.resolve(".fonts")), withoutAny.toString());
    assertEquals(withoutAny, own(Map.of("HOME", "", "XDG_DATA_HOME", "data")));
    assertEquals(withoutAny, own(Map.of("HOME", "h\0", "XDG_DATA_HOME", "")));
  }

  @Test
  void aHomeThatIsNoFolderDoesNoHarm() throws IOException {
    Path font = folder.resolve("system/DejaVuSans.ttf");
    Files.createDirectories(font.getParent());
    Files.createFile(font);
    Path home = Files.createFile(folder.resolve("home"));
    List<Path> roots = own(Map.of("HOME", home.toString()));
    assertFalse(Fonts.find(roots).isPresent());
    assertEquals(
        Optional.of(font),
        Fonts.find(List.of(roots.getFirst(), roots.getLast(), font.getParent())));
  }

  @Test
  void aFolderThatMayNotBeReadIsPassedOver() throws IOException {
    Path font = folder.resolve("open/DejaVuSans.ttf");
    Files.createDirectories(font.getParent());
    Files.createFile(font);
    Path closed = Files.createDirectories(folder.resolve("closed"));
    assertTrue(closed.toFile().setReadable(false));
    assertTrue(closed.toFile().setExecutable(false));
    try {
      assertEquals(Optional.of(font), Fonts.find(List.of(closed, font.getParent())));
    } finally {
      assertTrue(closed.toFile().setReadable(true));
      assertTrue(closed.toFile().setExecutable(true));
    }
  }
}

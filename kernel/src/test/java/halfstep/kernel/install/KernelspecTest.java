package halfstep.kernel.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import halfstep.kernel.engine.SnippetLedger;
import halfstep.kernel.protocol.Json;
import halfstep.kernel.spi.Refusal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelspecTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Test
  void writesJavaAndJarsInOrderAndGoesAgain() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    for (String jar : List.of("b.jar", "a.jar", "notes.txt")) {
      Files.createFile(lib.resolve(jar));
    }
    Path java = folder.resolve("jdk/bin/java");
    Path installed = Kernelspec.of(java, lib).installInto(folder.resolve("kernels"));
    JsonObject spec = Json.parse(Files.readAllBytes(installed.resolve("kernel.json")));
    List<String> argv =
        spec.getAsJsonArray("argv").asList().stream().map(e -> e.getAsString()).toList();
    assertEquals(java.toString(), argv.getFirst());
    assertEquals(
        lib.resolve("a.jar") + File.pathSeparator + lib.resolve("b.jar"),
        argv.get(argv.indexOf("-cp") + 1));
    assertEquals(
        List.of("halfstep.kernel.KernelMain", "{connection_file}"),
        argv.subList(argv.size() - 2, argv.size()));
    assertEquals("message", Json.string(spec, "interrupt_mode", ""));
    assertEquals("Halfstep (Java)", Json.string(spec, "display_name", ""));
    assertTrue(Files.size(installed.resolve("logo-64x64.png")) > 100);
    assertTrue(Kernelspec.uninstallFrom(folder.resolve("kernels"), "halfstep"));
    assertFalse(Files.exists(installed));
    assertFalse(Kernelspec.uninstallFrom(folder.resolve("kernels"), "halfstep"));
  }

  @Test
  void aFolderWithoutJarsIsRefused() {
    Refusal refused = assertThrows(Refusal.class, () -> Kernelspec.of(folder, folder));
    assertEquals(
        folder + " holds no jars, expected the kernel's; build it first with mvn package",
        refused.getMessage());
  }

  @Test
  void foldersFollowTheSystem() {
    Path home = Path.of("/home/u");
    assertEquals(
        home.resolve(".local/share/jupyter/kernels"),
        new JupyterFolders(Map.of(), home, "Linux").user());
    assertEquals(
        home.resolve("Library/Jupyter/kernels"),
        new JupyterFolders(Map.of(), home, "Mac OS X").user());
    assertEquals(
        Path.of("/roaming/jupyter/kernels"),
        new JupyterFolders(Map.of("APPDATA", "/roaming"), home, "Windows 11").user());
    assertEquals(
        home.resolve(".jupyter/data/kernels"),
        new JupyterFolders(Map.of(), home, "Windows 11").user());
    assertEquals(
        Path.of("/c/data/kernels"),
        new JupyterFolders(Map.of("JUPYTER_CONFIG_DIR", "/c"), home, "Windows 11").user());
    assertEquals(
        Path.of("/x/jupyter/kernels"),
        new JupyterFolders(Map.of("XDG_DATA_HOME", "/x"), home, "Linux").user());
    assertEquals(
        Path.of("/j/kernels"),
        new JupyterFolders(Map.of("JUPYTER_DATA_DIR", "/j"), home, "Linux").user());
    assertEquals(
        Path.of("/v/share/jupyter/kernels"),
        new JupyterFolders(Map.of("VIRTUAL_ENV", "/v"), home, "Linux").systemPrefix());
  }

  @Test
  void theHomeIsTheOneThatJupyterKnows() {
    Path known = Path.of("/root");
    Map<String, String> both = Map.of("HOME", "/home/u", "USERPROFILE", "/users/u");
    assertEquals(Path.of("/home/u"), JupyterFolders.home(both, known, "Linux"));
    assertEquals(Path.of("/home/u"), JupyterFolders.home(both, known, "Mac OS X"));
    assertEquals(Path.of("/users/u"), JupyterFolders.home(both, known, "Windows 11"));
    assertEquals(known, JupyterFolders.home(Map.of("HOME", " "), known, "Linux"));
    assertEquals(known, JupyterFolders.home(Map.of("HOME", "/c/u"), known, "Windows 11"));
  }

  @Test
  void aProfileAddsItsFlagsAndANameItsFolder() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("Bücher und mehr"));
    Files.createFile(lib.resolve("a.jar"));
    Kernelspec plain = Kernelspec.of(folder.resolve("java"), lib);
    Kernelspec old = plain.as(Profile.PREVIEW, "halfstep-0.1");
    assertTrue(old.command("Main", List.of()).contains("--enable-preview"));
    assertFalse(plain.as(Profile.VECTOR_OFF, "x").json().contains("jdk.incubator.vector"));
    assertEquals(folder.resolve("k/halfstep-0.1"), old.installInto(folder.resolve("k")));
    assertTrue(old.json().contains("Halfstep (Java) halfstep-0.1"));
    assertTrue(old.json().contains("Bücher und mehr"));
    assertEquals(Map.of("LC_ALL", "C.UTF-8"), old.environment());
    Refusal refused = assertThrows(Refusal.class, () -> plain.as(Profile.DEFAULT, "my kernel"));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("the kernel cannot be called \"my"));
  }

  @Test
  void everyKernelHasTheFlagsOfItsSystem() {
    List<String> linux = JvmFlags.on("Linux");
    List<String> windows = JvmFlags.on("Windows 11");
    assertTrue(linux.contains(SnippetLedger.FLAG), linux::toString);
    String trim = "-XX:TrimNativeHeapInterval=10000";
    assertTrue(linux.contains(trim), linux::toString);
    assertEquals(linux.stream().filter(flag -> !flag.equals(trim)).toList(), windows);
    assertTrue(linux.stream().allMatch(flag -> flag.startsWith("-")), linux::toString);
  }

  @Test
  void theCompilersMemoryIsLimitedForWhatCellsGoThroughAndNeverForSolvers() {
    String limit = "-XX:CompileCommand=MemLimit,";
    List<String> packages =
        JvmFlags.on("Linux").stream()
            .filter(flag -> flag.startsWith(limit))
            .map(flag -> flag.substring(limit.length(), flag.indexOf('*')))
            .toList();
    assertTrue(packages.contains("com.sun.tools.javac"), packages::toString);
    List<String> ours = packages.stream().filter("halfstep.kernel."::startsWith).toList();
    assertEquals(List.of("halfstep.kernel"), ours);
    assertTrue(packages.stream().noneMatch("halfstep.hqq."::startsWith), packages::toString);
    assertTrue(
        packages.stream().noneMatch("jdk.incubator.vector."::startsWith), packages::toString);
  }

  @Test
  void aFontIsConfiguredByName() throws IOException {
    Path font = Files.createFile(folder.resolve("LiberationSans-Regular.ttf"));
    assertEquals(font, Fonts.find(List.of(folder.resolve("none"), folder)).orElseThrow());
    String flag = Fonts.configure(font, folder);
    assertEquals("-Dsun.awt.fontconfig=" + folder.resolve("fontconfig.properties"), flag);
    String text = Files.readString(folder.resolve("fontconfig.properties"));
    assertTrue(text.contains("dialog.plain.latin-1=Liberation Sans\n"));
    assertTrue(text.contains("filename.Liberation_Sans=" + font + "\n"));
  }
}

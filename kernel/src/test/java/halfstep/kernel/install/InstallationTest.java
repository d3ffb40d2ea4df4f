package halfstep.kernel.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Installing over what is there, with a stand-in for Java that notes what it was asked. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-in is a shell script")
class InstallationTest {

  private static final String STAND_IN =
      """
      #!/bin/sh
      here=$(dirname "$0")
      for word; do
        case $word in
          -XX:AOTMode=*) mode=${word#*=}; echo "$mode" >>"$here/asked" ;;
          -XX:AOTCache=*) cache=${word#*=} ;;
        esac
      done
      [ "$mode" != create ] || cp "$here/build" "$cache"
      [ "$mode" != on ] || ! grep -q broken "$cache" || { echo "it does not fit"; exit 1; }
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @BeforeEach
  void makeStandIn() throws IOException {
    Path java = folder.resolve("java");
    Files.writeString(java, STAND_IN);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(folder.resolve("a.jar"));
  }

  private Installation install(String build, boolean trained) throws IOException {
    Files.writeString(folder.resolve("build"), build);
    Kernelspec spec = Kernelspec.of(folder.resolve("java"), folder);
    return Installation.install(spec, folder.resolve("kernels"), trained);
  }

  private String kernelJson() throws IOException {
    return Files.readString(folder.resolve("kernels/halfstep/kernel.json"));
  }

  @Test
  void anUpgradeMakesTheCacheAnew() throws IOException {
    Path cache = folder.resolve("kernels/halfstep/halfstep.aot");
    install("first build", true);
    assertEquals("first build", Files.readString(cache));
    assertTrue(kernelJson().contains("-XX:AOTCache=" + cache), kernelJson());
    install("second build", true);
    assertEquals("second build", Files.readString(cache));
    assertEquals(
        List.of("record", "create", "on", "record", "create", "on"),
        Files.readAllLines(folder.resolve("asked")));
    try (Stream<Path> files = Files.list(cache.resolveSibling(""))) {
      assertEquals(0, files.filter(file -> file.toString().matches(".*(conf|new)")).count());
    }
  }

  @Test
  void aCacheThatCannotBeTriedIsNotUsedAndTheKernelIsInstalled() throws IOException {
    install("good", true);
    Installation done = install("broken", true);
    assertFalse(kernelJson().contains("AOTCache"), kernelJson());
    assertTrue(
        done.notes().getLast().endsWith("-XX:AOTMode=on ended with status 1: it does not fit"));
    assertNoCache("it is of other jars");
  }

  @Test
  void withoutTrainingNothingIsStarted() throws IOException {
    install("first build", false);
    assertFalse(kernelJson().contains("AOT"), kernelJson());
    assertFalse(Files.exists(folder.resolve("asked")));
  }

  @Test
  void withoutTrainingTheCacheOfTheInstallationBeforeGoes() throws IOException {
    install("first build", true);
    install("second build", false);
    assertFalse(kernelJson().contains("AOT"), kernelJson());
    assertNoCache("it is of other jars");
  }

  @Test
  void anUpgradeThatFailsHalfwayLeavesNoCacheOfOtherJars() throws IOException {
    install("first build", true);
    Path kernelJson = folder.resolve("kernels/halfstep/kernel.json");
    Files.delete(kernelJson);
    Files.createDirectories(kernelJson.resolve("in the way"));
    assertThrows(IOException.class, () -> install("second build", false));
    assertNoCache("it is of other jars");
  }

  private void assertNoCache(String reason) {
    assertFalse(Files.exists(folder.resolve("kernels/halfstep/halfstep.aot")), reason);
  }
}

package halfstep.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import jcuda.JCudaVersion;
import org.junit.jupiter.api.Test;

/** JCuda's libraries lie where only this user can write. */
class NativesTest {

  @Test
  void areLaidOutInAFolderOfTheUsersOwn() throws IOException {
    assumeTrue(Natives.obstacle().isEmpty(), () -> Natives.obstacle().orElseThrow());
    String shared = System.getProperty("java.io.tmpdir");
    JCudaProbe.look();
    assertEquals(shared, System.getProperty("java.io.tmpdir"));
    Path folder =
        Path.of(System.getenv("XDG_CACHE_HOME"), "halfstep", "jcuda-" + JCudaVersion.get());
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertTrue(names.stream().anyMatch(name -> name.contains("JCudaRuntime")), names.toString());
      assertFalse(names.stream().anyMatch(name -> name.startsWith("part")), names.toString());
    }
  }
}

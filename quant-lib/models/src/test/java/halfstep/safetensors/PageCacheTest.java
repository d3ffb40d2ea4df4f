package halfstep.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PageCacheTest {

  @TempDir private Path folder;

  @Test
  @EnabledOnOs(OS.LINUX)
  void theSystemTakesTheHint() throws IOException {
    byte[] bytes = new byte[1 << 20];
    bytes[12_345] = 1;
    Path file = Files.write(folder.resolve("some.bin"), bytes);
    assertTrue(PageCache.forget(file));
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void aFileThatIsNotThereIsNoMatter() {
    assertFalse(PageCache.forget(folder.resolve("absent")));
  }
}

package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.export.QuantizedModels;
import halfstep.llm.GoldenModels;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomePathTest {

  private static final Path HOME = Path.of("/home/somebody");

  @Test
  void whatLiesAtHomeIsToldWithoutItsName() {
    assertEquals("~/models/a", HomePath.told(Path.of("/home/somebody/x/../models/a"), HOME));
    assertEquals(HOME.resolve("models/a"), HomePath.of("~/models/a", HOME));
  }

  @Test
  void otherPathsAreToldAsTheyAre() {
    for (String path : new String[] {"models/a", "/home/somebody-else/a", "/data/a", "~a"}) {
      assertEquals(path, HomePath.told(Path.of(path), HOME));
      assertEquals(Path.of(path), HomePath.of(path, HOME));
    }
    assertEquals("/data/a", HomePath.told(Path.of("/data/a"), Path.of("/")));
    assertEquals("/data/a", HomePath.told(Path.of("/data/a"), Path.of("")));
  }

  /** No file of a run holds the home folder, and the run still finds the model it was made of. */
  @Test
  void aRunKeepsNoHomeFolder(@TempDir Path home) throws IOException {
    Path model = Files.createDirectory(home.resolve("model"));
    try (Stream<Path> files = Files.list(GoldenModels.folder("llama_gqa"))) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName().toString()));
      }
    }
    Path run = home.resolve("run");
    String usual = System.getProperty("user.home", "");
    System.setProperty("user.home", home.toString());
    try {
      QuantizeJob.of(model, run, QuantSpec.of(4, 32), new Rtn()).run();
      String manifest = Files.readString(run.resolve("manifest.json"));
      assertTrue(manifest.contains("\"~/model/config.json\""), manifest);
      assertFalse(manifest.contains(home.toString()), manifest);
      assertEquals(model, QuantizedModels.open(run).companions().orElseThrow());
    } finally {
      System.setProperty("user.home", usual);
    }
  }
}

package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {

  @ParameterizedTest
  @CsvSource({
    "/home/ada/models/natural, natural",
    "/home/ada/models/natural/, natural/",
    "C:\\\\Users\\\\ada\\\\run\\\\model.safetensors, model.safetensors",
    "\\\\\\\\server\\\\share\\\\model.gguf, model.gguf",
    "/c/hub/models--org--tiny/snapshots/0123abc, org/tiny",
    "/c/hub/models--org--tiny/snapshots/0123abc/config.json, config.json",
    "~/models/natural, natural",
    "models/natural, models/natural",
    "model.layers.0.mlp.up_proj, model.layers.0.mlp.up_proj",
    "/, /",
  })
  void theLastPartOfAbsolutePaths(String text, String part) {
    assertEquals(part, ModelName.lastPart(text));
  }
}

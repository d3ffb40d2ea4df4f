package halfstep.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment variables of the Python library, with its precedence. */
class HubSettingsTest {

  @TempDir Path home;

  private HubSettings settings(String... variables) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return HubSettings.of(name -> Optional.ofNullable(environment.get(name)), home);
  }

  @Test
  void whereTheCacheIs() {
    assertEquals(home.resolve(".cache/huggingface/hub"), settings().cache());
    assertEquals(Path.of("/x/huggingface/hub"), settings("XDG_CACHE_HOME", "/x").cache());
    assertEquals(Path.of("/h/hub"), settings("XDG_CACHE_HOME", "/x", "HF_HOME", "/h").cache());
    assertEquals(
        Path.of("/old"), settings("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old").cache());
    assertEquals(
        Path.of("/new"), settings("HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "/new").cache());
    assertEquals(home.resolve("models"), settings("HF_HUB_CACHE", "~/models").cache());
    assertEquals(home.resolve(".cache/huggingface/hub"), settings("HF_HOME", " ").cache());
  }

  @Test
  void whoAsks() throws IOException {
    assertEquals(Optional.empty(), settings().token());
    Path file = home.resolve(".cache/huggingface/token");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "hf_file\n");
    assertEquals(Optional.of("hf_file"), settings().token());
    assertEquals(Optional.of("hf_old"), settings("HUGGING_FACE_HUB_TOKEN", "hf_old").token());
    assertEquals(
        Optional.of("hf_new"),
        settings("HUGGING_FACE_HUB_TOKEN", "hf_old", "HF_TOKEN", "hf_new").token());
    Path other = Files.writeString(home.resolve("other"), "hf_other");
    assertEquals(Optional.of("hf_other"), settings("HF_TOKEN_PATH", other.toString()).token());
    assertEquals(
        Optional.empty(),
        settings("HF_TOKEN", "hf_new", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token());
  }

  @ParameterizedTest
  @CsvSource({
    "HF_HUB_OFFLINE, 1, true",
    "HF_HUB_OFFLINE, 0, false",
    "TRANSFORMERS_OFFLINE, yes, true"
  })
  void offline(String variable, String value, boolean expected) {
    assertEquals(expected, settings(variable, value).offline());
  }

  @Test
  void theHubIsWhereTheVariableSays() {
    assertEquals("https://huggingface.co", settings().endpoint().toString());
    assertEquals(
        "http://mirror:8080/hf",
        settings("HF_ENDPOINT", "http://mirror:8080/hf/").endpoint().toString());
    for (String wrong : new String[] {"mirror", "file:///etc", "http://a b"}) {
      HubException refusal = assertThrows(HubException.class, () -> settings("HF_ENDPOINT", wrong));
      assertTrue(String.valueOf(refusal.getMessage()).contains(wrong));
    }
    assertThrows(HubException.class, () -> settings("HF_HUB_DOWNLOAD_TIMEOUT", "soon"));
  }
}

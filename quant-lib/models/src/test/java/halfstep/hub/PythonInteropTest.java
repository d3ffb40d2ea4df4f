package halfstep.hub;

import static halfstep.hub.FakeHub.REPO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our cache read by the Python library, and its cache read by us. Needs a Python with {@code
 * huggingface_hub}: {@code HALFSTEP_PYTHON}, else {@code python3}.
 */
class PythonInteropTest {

  private static final String READ =
      """
      import sys
      from huggingface_hub import hf_hub_download, snapshot_download
      print(hf_hub_download("org/tiny", sys.argv[1], local_files_only=True))
      print(snapshot_download("org/tiny", local_files_only=True))
      """;
  private static final String FETCH =
      """
      import sys
      from huggingface_hub import hf_hub_download
      for name in sys.argv[1:]:
          print(hf_hub_download("org/tiny", name))
      """;

  @TempDir Path cache;
  private final FakeHub fake = new FakeHub();
  private final byte[] content = new byte[100_000];

  @BeforeEach
  void aModel() {
    new Random(5).nextBytes(content);
    fake.small("config.json", "{}").large("model.safetensors", content);
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private String python(String script, String... arguments)
      throws IOException, InterruptedException {
    String python = Objects.requireNonNullElse(System.getenv("HALFSTEP_PYTHON"), "python3");
    java.util.List<String> command =
        new java.util.ArrayList<>(java.util.List.of(python, "-c", script));
    command.addAll(java.util.List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "HF_HUB_CACHE",
                cache.toString(),
                "HF_HOME",
                cache.toString(),
                "HF_ENDPOINT",
                fake.endpoint().toString(),
                "HF_HUB_DISABLE_XET",
                "1",
                "HF_HUB_DISABLE_TELEMETRY",
                "1",
                "HF_HUB_DISABLE_PROGRESS_BARS",
                "1"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  private static void requireLibrary() throws InterruptedException {
    String python = Objects.requireNonNullElse(System.getenv("HALFSTEP_PYTHON"), "python3");
    boolean there = false;
    try {
      there =
          new ProcessBuilder(python, "-c", "import huggingface_hub")
                  .redirectErrorStream(true)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      assumeTrue(false, python + " cannot be run: " + e.getMessage());
    }
    assumeTrue(there, python + " has no huggingface_hub; pip install it, or set HALFSTEP_PYTHON");
  }

  @Test
  void pythonReadsOurs() throws Exception {
    requireLibrary();
    Hub hub = fake.client(cache);
    Path snapshot = hub.download(hub.plan(REPO, "main"), DownloadListener.NONE);
    fake.close();
    assertEquals(
        "%s\n%s\n".formatted(snapshot.resolve("model.safetensors"), snapshot),
        python(READ, "model.safetensors"));
  }

  @Test
  void weReadPythons() throws Exception {
    requireLibrary();
    python(FETCH, "config.json", "model.safetensors");
    fake.hubLog.clear();
    fake.storeLog.clear();
    assertEquals(0, fake.client(cache).plan(REPO, "main").missingBytes());
    Hub offline =
        new Hub(
            new HubSettings(
                cache, fake.endpoint(), Optional.empty(), true, true, Duration.ofSeconds(1)));
    Path snapshot = offline.download(offline.plan(REPO, "main"), DownloadListener.NONE);
    assertArrayEquals(content, Files.readAllBytes(snapshot.resolve("model.safetensors")));
    assertEquals(0, fake.storeLog.size());
  }
}

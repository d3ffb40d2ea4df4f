package halfstep.hub;

import static halfstep.hub.FakeHub.REPO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Threads, class loaders and processes that want the same file: it is fetched once and is right.
 */
class ManyAtOnceTest {

  private static final String FILE = "model.safetensors";

  @TempDir Path cache;
  private final FakeHub fake = new FakeHub();
  private final byte[] content = new byte[1_000_000];

  @BeforeEach
  void aSlowFile() {
    new Random(3).nextBytes(content);
    fake.large(FILE, content);
    fake.storeFaults.add(exchange -> {
      pause();
      return false;
    });
  }

  private static void pause() {
    try {
      Thread.sleep(500); // the others come meanwhile
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  /** What another process runs: endpoint and cache as arguments. */
  public static final class Other {
    /** Fetches the file and prints where it is. */
    public static void main(String[] arguments) {
      HubSettings settings =
          HubSettings.of(
              name ->
                  switch (name) {
                    case "HF_ENDPOINT" -> java.util.Optional.of(arguments[0]);
                    case "HF_HUB_CACHE" -> java.util.Optional.of(arguments[1]);
                    default -> java.util.Optional.empty();
                  },
              Path.of(arguments[1]));
      System.out.println(new Hub(settings).file(REPO, "main", FILE, DownloadListener.NONE));
    }
  }

  private void oneGoodFile() throws Exception {
    Path repo = cache.resolve("models--org--tiny");
    Path pointer = repo.resolve("snapshots").resolve(FakeHub.COMMIT).resolve(FILE);
    assertArrayEquals(content, Files.readAllBytes(pointer));
    try (Stream<Path> blobs = Files.list(repo.resolve("blobs"))) {
      assertEquals(
          List.of(FakeHub.sha256(content)),
          blobs.map(blob -> blob.getFileName().toString()).toList());
    }
    assertEquals(1, fake.storeLog.size(), "fetched once: " + fake.storeLog);
  }

  private static void all(List<Callable<Object>> tasks) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(tasks.size())) {
      for (Future<Object> done : pool.invokeAll(tasks)) {
        done.get();
      }
    }
  }

  @Test
  void threads() throws Exception {
    Callable<Object> task =
        () -> fake.client(cache).file(REPO, "main", FILE, DownloadListener.NONE);
    all(List.of(task, task, task));
    oneGoodFile();
  }

  @Test
  void classLoaders() throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    URL[] urls = path.toArray(URL[]::new);
    Callable<Object> task =
        () -> {
          try (URLClassLoader own =
              new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Object[] arguments = {new String[] {fake.endpoint().toString(), cache.toString()}};
            return own.loadClass(Other.class.getName())
                    .getMethod("main", String[].class)
                    .invoke(null, arguments)
                == null;
          }
        };
    all(List.of(task, task));
    oneGoodFile();
  }

  @Test
  void processes() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Other.class.getName(),
                  fake.endpoint().toString(),
                  cache.toString())
              .redirectErrorStream(true)
              .start());
    }
    for (Process process : processes) {
      String output =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), output);
      assertTrue(output.strip().endsWith(FILE), output);
    }
    oneGoodFile();
  }
}

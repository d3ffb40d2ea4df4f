package halfstep.hub;

import static halfstep.hub.FakeHub.REPO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hub.HubException.Reason;
import halfstep.tensor.InterruptedWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server that misbehaves: what ends in the cache is right or is not there. */
class DownloadTest {

  private static final String FILE = "model.safetensors";

  @TempDir Path cache;
  private final FakeHub fake = new FakeHub();
  private final byte[] content = new byte[300_000];

  @BeforeEach
  void aFile() {
    new Random(7).nextBytes(content);
    fake.large(FILE, content).small("config.json", "{}");
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private Path fetch(Hub hub) {
    return hub.file(REPO, "main", FILE, DownloadListener.NONE);
  }

  private void fetched(Hub hub) throws IOException {
    assertArrayEquals(content, Files.readAllBytes(fetch(hub)));
    assertFalse(Files.exists(partial()));
  }

  private Path blob() {
    return cache.resolve("models--org--tiny/blobs").resolve(FakeHub.sha256(content));
  }

  private Path partial() {
    return blob().resolveSibling(FakeHub.sha256(content) + ".halfstep.incomplete");
  }

  private HubException refused(Reason reason) {
    HubException refusal = assertThrows(HubException.class, () -> fetch(fake.client(cache)));
    assertEquals(reason, refusal.reason(), refusal.getMessage());
    assertFalse(Files.exists(blob()));
    return refusal;
  }

  @Test
  void cutAtTwentyRandomOffsetsInOneRun() throws IOException {
    Random random = new Random(11);
    for (int i = 0; i < 20; i++) {
      fake.storeFaults.add(FakeHub.cut(content, random.nextInt(content.length / 20)));
    }
    fetched(fake.client(cache));
    assertEquals(21, fake.storeLog.size());
  }

  @Test
  void cutAtTwentyRandomOffsetsEachInARunOfItsOwn() throws IOException {
    Hub once = new Hub(fake.settings(cache), new Retry(1, Duration.ZERO, Duration.ofSeconds(1)));
    Random random = new Random(13);
    for (int i = 0; i < 20; i++) {
      int offset = random.nextInt(content.length);
      Files.createDirectories(blob().getParent());
      Files.deleteIfExists(blob());
      Files.deleteIfExists(
          cache.resolve("models--org--tiny/snapshots/" + FakeHub.COMMIT + "/" + FILE));
      fake.storeFaults.add(FakeHub.cut(content, offset));
      assertThrows(HubException.class, () -> fetch(once));
      assertEquals(offset, Files.size(partial()), "what came is kept");
      fetched(once);
      String range = offset == 0 ? "" : " bytes=%d-".formatted(offset);
      assertEquals("GET /" + FILE + range, fake.storeLog.getLast());
    }
  }

  @Test
  void aServerThatKnowsNoRangesSendsAllAgain() throws IOException {
    fake.storeFaults.add(FakeHub.cut(content, 1000));
    fake.storeFaults.add(exchange -> {
      exchange.getRequestHeaders().remove("Range");
      return false;
    });
    fetched(fake.client(cache));
  }

  @Test
  void aRangeThatBeginsElsewhereIsNotUsed() throws IOException {
    fake.storeFaults.add(FakeHub.cut(content, 1000));
    fake.storeFaults.add(exchange -> {
      exchange.getRequestHeaders().set("Range", "bytes=900-");
      return false;
    });
    fetched(fake.client(cache));
    assertEquals(3, fake.storeLog.size());
  }

  @Test
  void wrongBytesAreNotKept() throws IOException {
    byte[] wrong = content.clone();
    wrong[4711]++;
    fake.storeFaults.add(exchange -> {
      FakeHub.send(exchange, wrong);
      return true;
    });
    HubException refusal = refused(Reason.CORRUPT);
    assertTrue(String.valueOf(refusal.getMessage()).contains(FakeHub.sha256(content)));
    fetched(fake.client(cache));
  }

  @Test
  void wrongBytesOfAnEarlierRunAreReplaced() throws IOException {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), new byte[5000]);
    fetched(fake.client(cache));
    assertEquals("GET /" + FILE, fake.storeLog.getLast());
  }

  @Test
  void moreBytesThanPromisedAreNotKept() throws IOException {
    fake.storeFaults.add(exchange -> {
      FakeHub.send(exchange, java.util.Arrays.copyOf(content, content.length + 1));
      return true;
    });
    assertTrue(String.valueOf(refused(Reason.CORRUPT).getMessage()).contains("more than"));
    fetched(fake.client(cache));
  }

  @Test
  void fewerBytesThanPromisedAreAskedForAgain() throws IOException {
    fake.storeFaults.add(exchange -> {
      FakeHub.send(exchange, java.util.Arrays.copyOf(content, 1234));
      return true;
    });
    fetched(fake.client(cache));
    assertEquals("GET /%s bytes=1234-".formatted(FILE), fake.storeLog.getLast());
  }

  @Test
  void aServerThatNeverSendsTheRestIsGivenUp() {
    fake.storeFaults.add(FakeHub.cut(content, 5000));
    for (int i = 0; i < 9; i++) {
      fake.storeFaults.add(FakeHub.status(416));
    }
    String message = String.valueOf(refused(Reason.UNREACHABLE).getMessage());
    assertTrue(message.contains("5.00 kB of 300 kB came"), message);
    assertTrue(message.contains("goes on from there"), message);
  }

  @Test
  void passingTroubleIsWaitedFor() throws IOException {
    fake.hubFaults.add(FakeHub.status(500));
    fake.hubFaults.add(FakeHub.status(429, "Retry-After", "1"));
    fake.storeFaults.add(FakeHub.status(503));
    fake.storeFaults.add(FakeHub.status(429, "Retry-After", "0"));
    long start = System.nanoTime();
    fetched(fake.client(cache));
    assertTrue(System.nanoTime() - start >= 1_000_000_000L, "Retry-After is honoured");
  }

  @Test
  void troubleThatLastsIsRefused() {
    for (int i = 0; i < 4; i++) {
      fake.hubFaults.add(FakeHub.status(500));
    }
    assertTrue(String.valueOf(refused(Reason.SERVER).getMessage()).contains("answers 500"));
    fake.hubFaults.add(FakeHub.status(429, "Retry-After", "3600"));
    assertTrue(
        String.valueOf(refused(Reason.RATE_LIMITED).getMessage()).contains("Retry-After: 3600"));
    fake.storeFaults.add(FakeHub.status(410));
    assertTrue(String.valueOf(refused(Reason.SERVER).getMessage()).contains("answers 410"));
  }

  @Test
  void anExpiredAddressIsReplaced() throws IOException {
    fake.storeFaults.add(FakeHub.cut(content, 777));
    fake.storeFaults.add(FakeHub.status(403));
    fetched(fake.client(cache));
    assertEquals(2, fake.hubLog.stream().filter(line -> line.startsWith("HEAD")).count());
    assertEquals("GET /%s bytes=777-".formatted(FILE), fake.storeLog.getLast());
  }

  @Test
  void aSilentServerIsNoticed() {
    CountDownLatch end = new CountDownLatch(1);
    fake.storeFaults.add(silent(end));
    HubSettings hasty =
        new HubSettings(
            cache, fake.endpoint(), Optional.empty(), false, true, Duration.ofMillis(200));
    Hub hub = new Hub(hasty, new Retry(1, Duration.ZERO, Duration.ofSeconds(1)));
    HubException refusal = assertThrows(HubException.class, () -> fetch(hub));
    assertEquals(Reason.UNREACHABLE, refusal.reason());
    assertTrue(String.valueOf(refusal.getMessage()).contains("nothing came"));
    end.countDown();
  }

  @Test
  void anInterruptEndsItAtOnceAndWhatCameIsKept() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    fake.storeFaults.add(silent(end));
    CountDownLatch begun = new CountDownLatch(1);
    long[] stopped = new long[1];
    boolean[] clean = new boolean[1];
    Hub hub = fake.client(cache);
    Thread worker =
        Thread.ofPlatform()
            .start(() -> {
              try {
                hub.file(REPO, "main", FILE, (file, done, total) -> begun.countDown());
              } catch (InterruptedWork e) {
                stopped[0] = System.nanoTime();
                clean[0] = Thread.currentThread().isInterrupted();
              }
            });
    begun.await();
    Thread.sleep(100);
    long asked = System.nanoTime();
    worker.interrupt();
    worker.join();
    end.countDown();
    assertTrue(clean[0], "stopped by an interrupt that stays set");
    assertTrue((stopped[0] - asked) / 1e6 < 50, "ms: " + (stopped[0] - asked) / 1e6);
    assertEquals(4000, Files.size(partial()));
    fetched(hub);
    assertEquals("GET /%s bytes=4000-".formatted(FILE), fake.storeLog.getLast());
  }

  /** Sends 4000 bytes and then nothing. */
  private FakeHub.Fault silent(CountDownLatch end) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, 4000);
      exchange.getResponseBody().flush();
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return true;
    };
  }
}

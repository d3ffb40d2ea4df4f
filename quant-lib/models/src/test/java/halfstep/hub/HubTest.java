package halfstep.hub;

import static halfstep.hub.FakeHub.COMMIT;
import static halfstep.hub.FakeHub.REPO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hub.HubException.Reason;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans, the cache's layout, offline mode, and what the hub refuses. */
class HubTest {

  @TempDir Path folder;
  private final FakeHub fake = new FakeHub();
  private byte[] weights = {};
  private Path cache = Path.of("");

  @BeforeEach
  void aModel() throws IOException {
    cache = folder.resolve("hub");
    weights = checkpoint(folder.resolve("w.safetensors"));
    fake.small("config.json", "{\"model_type\": \"llama\"}")
        .small("README.md", "not wanted")
        .small("tokenizer.json", "{}")
        .large("pytorch_model.bin", new byte[10])
        .large("model.safetensors", weights);
  }

  /** A matrix large enough that its header is a small part of the file. */
  static byte[] checkpoint(Path file) throws IOException {
    TensorInfo info = new TensorInfo("model.embed_tokens.weight", DType.F32, List.of(100L, 100L));
    byte[] values = new byte[40_000];
    new Random(1).nextBytes(values);
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(info), Map.of())) {
      writer.write(info.name(), MemorySegment.ofArray(values));
      writer.finish();
    }
    return Files.readAllBytes(file);
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private static HubException refused(Reason reason, org.junit.jupiter.api.function.Executable e) {
    HubException refusal = assertThrows(HubException.class, e);
    assertEquals(reason, refusal.reason(), refusal.getMessage());
    return refusal;
  }

  private static void says(HubException refusal, String part) {
    assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal.getMessage());
  }

  @Test
  void theCacheIsLaidOutAsThePythonLibraryDoes() throws IOException {
    Hub hub = fake.client(cache);
    ModelPlan plan = hub.plan(REPO, "main");
    assertEquals(
        List.of("config.json", "tokenizer.json", "model.safetensors"),
        plan.missing().stream().map(ModelPlan.Part::name).toList());
    assertEquals(23 + 2 + weights.length, plan.missingBytes());
    List<Long> heard = new ArrayList<>();
    Path snapshot = hub.download(plan, (file, done, total) -> heard.add(done));

    Path repo = cache.resolve("models--org--tiny");
    assertEquals(repo.resolve("snapshots").resolve(COMMIT), snapshot);
    assertEquals(COMMIT, Files.readString(repo.resolve("refs/main")));
    Path pointer = snapshot.resolve("model.safetensors");
    assertEquals(
        Path.of("../../blobs/" + FakeHub.sha256(weights)), Files.readSymbolicLink(pointer));
    assertArrayEquals(weights, Files.readAllBytes(pointer));
    String git = FakeHub.gitHash(Files.readAllBytes(snapshot.resolve("config.json")));
    assertTrue(Files.isRegularFile(repo.resolve("blobs").resolve(git)));
    assertTrue(Files.exists(cache.resolve(".locks/models--org--tiny").resolve(git + ".lock")));
    assertTrue(Files.exists(cache.resolve("CACHEDIR.TAG")));
    assertEquals(plan.missingBytes(), heard.getLast());
    try (var blobs = Files.list(repo.resolve("blobs"))) {
      assertEquals(3, blobs.count());
    }
  }

  @Test
  void theSecondTimeNothingIsFetched() {
    Hub hub = fake.client(cache);
    hub.download(hub.plan(REPO, "main"), DownloadListener.NONE);
    fake.hubLog.clear();
    fake.storeLog.clear();
    ModelPlan plan = hub.plan(REPO, "main");
    assertEquals(0, plan.missingBytes());
    assertTrue(plan.lines().getFirst().endsWith("all in the cache"), plan.toString());
    hub.download(plan, DownloadListener.NONE);
    assertEquals(List.of("GET /api/models/org/tiny/revision/main Bearer hf_secret"), fake.hubLog);
    assertEquals(List.of(), fake.storeLog);
  }

  @Test
  void theTokenGoesToTheHubAlone() {
    Hub hub = fake.client(cache);
    hub.download(hub.plan(REPO, "main"), DownloadListener.NONE);
    assertTrue(fake.hubLog.stream().allMatch(line -> line.endsWith(" Bearer hf_secret")));
    assertEquals(List.of("GET /model.safetensors"), fake.storeLog);
    assertFalse(hub.settings().toString().contains("secret"));
  }

  @Test
  void headersAreReadAlone() {
    Hub hub = fake.client(cache);
    ModelPlan plan = hub.plan(REPO, "main");
    assertEquals("[model.embed_tokens.weight F32 [100 × 100]]", hub.tensors(plan).toString());
    assertEquals(2, fake.storeLog.size());
    assertEquals("GET /model.safetensors bytes=0-7", fake.storeLog.getFirst());
    hub.download(plan, DownloadListener.NONE);
    fake.storeLog.clear();
    assertEquals(1, hub.tensors(hub.plan(REPO, "main")).size());
    assertEquals(List.of(), fake.storeLog);
  }

  @Test
  void offlineTheCacheIsUsedAsItIs() {
    Hub offline =
        new Hub(
            new HubSettings(
                cache, fake.endpoint(), Optional.empty(), true, true, Duration.ofSeconds(1)));
    says(refused(Reason.OFFLINE, () -> offline.plan(REPO, "main")), "HF_HUB_OFFLINE");
    Hub hub = fake.client(cache);
    Path snapshot = hub.download(hub.plan(REPO, "main"), DownloadListener.NONE);
    fake.hubLog.clear();
    ModelPlan plan = offline.plan(REPO, "main");
    assertEquals(snapshot, offline.download(plan, DownloadListener.NONE));
    assertTrue(plan.note().orElse("").startsWith("Offline"));
    assertEquals(List.of(), fake.hubLog);
    refused(Reason.OFFLINE, () -> offline.file(REPO, "main", "vocab.json", DownloadListener.NONE));
  }

  @Test
  void aHubThatIsGoneLeavesTheCache() throws IOException {
    Hub hub = fake.client(cache);
    hub.download(hub.plan(REPO, "main"), DownloadListener.NONE);
    fake.close();
    assertTrue(hub.plan(REPO, "main").note().orElse("").contains("did not answer"));
    refused(Reason.UNREACHABLE, () -> hub.plan(RepoId.model("org/other"), "main"));
    Files.delete(
        cache.resolve("models--org--tiny/snapshots/" + COMMIT).resolve("model.safetensors"));
    refused(Reason.UNREACHABLE, () -> hub.plan(REPO, "main"));
  }

  @Test
  void withoutLinksFilesLieInTheSnapshot() throws IOException {
    HubSettings plain =
        new HubSettings(
            cache, fake.endpoint(), Optional.empty(), false, false, Duration.ofSeconds(5));
    Hub hub = new Hub(plain);
    Path snapshot = hub.download(hub.plan(REPO, "main"), DownloadListener.NONE);
    assertFalse(Files.isSymbolicLink(snapshot.resolve("config.json")));
    assertArrayEquals(weights, Files.readAllBytes(snapshot.resolve("model.safetensors")));
    assertEquals(0, hub.plan(REPO, "main").missingBytes());
  }

  @Test
  void shardsAreThoseOfTheIndex() throws IOException {
    try (FakeHub sharded = new FakeHub()) {
      sharded
          .small("config.json", "{}")
          .small("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"s-1.safetensors\"}}")
          .large("consolidated.safetensors", new byte[9])
          .large("s-1.safetensors", weights);
      ModelPlan plan = sharded.client(cache).plan(REPO, "main");
      assertEquals(
          List.of("config.json", "model.safetensors.index.json", "s-1.safetensors"),
          plan.files().stream().map(ModelPlan.Part::name).toList());
      sharded.small(
          "model.safetensors.index.json", "{\"weight_map\": {\"a\": \"../../s.safetensors\"}}");
      HubException refusal =
          refused(Reason.CORRUPT, () -> sharded.client(folder.resolve("b")).plan(REPO, "main"));
      says(refusal, "only files beside the index");
      sharded.small(
          "model.safetensors.index.json", "{\"weight_map\": {\"a\": \"s-2.safetensors\"}}");
      says(
          refused(Reason.NOT_FOUND, () -> sharded.client(folder.resolve("c")).plan(REPO, "main")),
          "s-2.safetensors, which the repository does not hold");
    }
  }

  @Test
  void picklesAreNotRead() {
    try (FakeHub old = new FakeHub()) {
      old.small("config.json", "{}").large("pytorch_model.bin", new byte[3]);
      says(
          refused(Reason.NOT_FOUND, () -> old.client(cache).plan(REPO, "main")),
          "pytorch_model.bin; Halfstep reads safetensors and never pickles");
    }
  }

  @Test
  void refusalsSayWhatHelps() {
    Hub hub = fake.client(cache);
    fake.hubFaults.add(FakeHub.status(403, "X-Error-Code", "GatedRepo"));
    says(
        refused(Reason.GATED, () -> hub.plan(REPO, "main")),
        "org/tiny is gated: accept its licence at %s/org/tiny with the account"
            .formatted(fake.endpoint()));
    fake.hubFaults.add(FakeHub.status(403));
    says(refused(Reason.FORBIDDEN, () -> hub.plan(REPO, "main")), "the right to read");
    fake.hubFaults.add(FakeHub.status(401));
    says(refused(Reason.FORBIDDEN, () -> hub.plan(REPO, "main")), "does not accept the token");
    fake.hubFaults.add(FakeHub.status(401, "X-Error-Code", "RepoNotFound"));
    says(refused(Reason.NOT_FOUND, () -> hub.plan(REPO, "main")), "no repository org/tiny");
    fake.hubFaults.add(FakeHub.status(404, "X-Error-Code", "RevisionNotFound"));
    says(refused(Reason.NOT_FOUND, () -> hub.plan(REPO, "v9")), "\"v9\"");
    fake.hubFaults.add(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write("<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return true;
    });
    says(refused(Reason.SERVER, () -> hub.plan(REPO, "main")), "no listing");
  }

  @Test
  void aFileThatIsNotThereIsRemembered() {
    Hub hub = fake.client(cache);
    refused(Reason.NOT_FOUND, () -> hub.file(REPO, COMMIT, "vocab.txt", DownloadListener.NONE));
    assertTrue(Files.exists(cache.resolve("models--org--tiny/.no_exist/" + COMMIT + "/vocab.txt")));
  }

  @Test
  void namesThatLeadElsewhereAreRefused() {
    Hub hub = fake.client(cache);
    for (String name : List.of("../x", "a/../../x", "/etc/x", "a\\..\\x", "", "a\0b")) {
      refused(Reason.BAD_NAME, () -> hub.file(REPO, "main", name, DownloadListener.NONE));
    }
    refused(Reason.BAD_NAME, () -> hub.file(REPO, "../../x", "config.json", DownloadListener.NONE));
    for (String name : List.of("a/b/c", "../x", "a/..", "a--b/c", "-a/b", "a/b.git", "a b/c")) {
      refused(Reason.BAD_NAME, () -> RepoId.model(name));
    }
    assertTrue(RepoId.looksLike("Qwen/Qwen2.5-0.5B"));
    assertFalse(RepoId.looksLike("./models"));
    assertFalse(RepoId.looksLike("natural"));
    assertFalse(RepoId.looksLike("a/b/c"));
  }
}

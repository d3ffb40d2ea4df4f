package halfstep.hub;

import halfstep.hub.HubException.Reason;
import halfstep.hub.ModelPlan.Part;
import halfstep.safetensors.TensorInfo;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The Hugging Face hub with its cache on this machine. What is in the cache is used; what is not is
 * fetched, proved by its hash and put where the Python library would have put it. Safe for several
 * threads and processes.
 */
public final class Hub {

  /** The branch that is meant when none is named. */
  public static final String MAIN = "main";

  private final HubSettings settings;
  private final HubHttp http;

  /** A hub with settings of its own. */
  public Hub(HubSettings settings) {
    this(settings, Retry.USUAL);
  }

  Hub(HubSettings settings, Retry retry) {
    this.settings = settings;
    this.http = new HubHttp(settings, retry);
  }

  /** The hub as this process's environment describes it. */
  public static Hub ofThisProcess() {
    return new Hub(HubSettings.ofThisProcess());
  }

  /** Where it is and who asks. */
  public HubSettings settings() {
    return settings;
  }

  /**
   * Finds out which files make a model and which of them are here. Fetches nothing large: the index
   * of a model in shards at most. If the hub cannot be reached, or in offline mode, a model that is
   * wholly in the cache is used as it is, and the plan's note says so.
   *
   * @param revision branch, tag or commit
   * @throws HubException if there is no such model, or it may not be read
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public ModelPlan plan(RepoId repo, String revision) {
    Subject subject = new Subject(repo, revision, "");
    if (settings.offline()) {
      return cached(subject, "Offline: the hub was not asked whether there is a newer version.")
          .orElseThrow(() ->
              new HubException(
                  Reason.OFFLINE,
                  "%s is not, or not wholly, in the cache %s, and HF_HUB_OFFLINE forbids to fetch it"
                      .formatted(subject, settings.cache())));
    }
    try {
      return online(subject);
    } catch (HubException e) {
      if (e.reason() != Reason.UNREACHABLE && e.reason() != Reason.SERVER) {
        throw e;
      }
      return cached(subject, "The hub did not answer, so the cached version is used.")
          .orElseThrow(() -> e);
    }
  }

  private ModelPlan online(Subject subject) {
    RepoListing listing = RepoListing.fetch(http, settings, subject);
    RepoCache cache = new RepoCache(settings, subject.repo());
    cache.prepare(subject.revision(), listing.commit());
    Collection<String> shards =
        ModelFiles.needIndex(listing.sizes().keySet())
            ? ModelFiles.shards(
                file(subject.repo(), listing.commit(), ModelFiles.INDEX, DownloadListener.NONE))
            : List.of();
    List<Part> parts = new ArrayList<>();
    for (String name : ModelFiles.choose(subject, listing.sizes().keySet(), shards)) {
      long size = listing.sizes().getOrDefault(name, 0L);
      parts.add(new Part(name, size, cache.contains(listing.commit(), name)));
    }
    return new ModelPlan(
        subject.repo(), subject.revision(), listing.commit(), parts, Optional.empty());
  }

  /** The plan of a model that is wholly here. */
  private Optional<ModelPlan> cached(Subject subject, String note) {
    RepoCache cache = new RepoCache(settings, subject.repo());
    Optional<String> commit = cache.commit(subject.revision());
    if (commit.isEmpty() || !Files.isDirectory(cache.snapshot(commit.get()))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ModelPlan(
              subject.repo(),
              subject.revision(),
              commit.get(),
              CachedParts.of(subject, cache.snapshot(commit.get())),
              Optional.of(note)));
    } catch (HubException e) {
      return Optional.empty(); // a file of the model is missing here
    }
  }

  /**
   * Fetches what a plan misses.
   *
   * @return the snapshot's folder, in the layout of {@code transformers}; not to be modified
   * @throws HubException if a file cannot be had or is not what was promised
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted; what came is kept
   */
  public Path download(ModelPlan plan, DownloadListener listener) {
    RepoCache cache = new RepoCache(settings, plan.repo());
    long total = plan.missingBytes();
    long before = 0;
    for (Part part : plan.missing()) {
      long start = before;
      obtain(
          cache,
          new Subject(plan.repo(), plan.commit(), part.name()),
          there -> listener.progress(part.name(), start + there, total));
      before += part.size();
    }
    return cache.snapshot(plan.commit());
  }

  /**
   * One file of a repository, fetched if it is not in the cache.
   *
   * @param revision branch, tag or commit
   * @param file its path in the repository
   * @return where it lies; not to be modified
   */
  public Path file(RepoId repo, String revision, String file, DownloadListener listener) {
    RepoCache cache = new RepoCache(settings, repo);
    Subject subject = new Subject(repo, revision, file);
    Optional<Path> here =
        cache
            .commit(revision)
            .map(commit -> cache.pointer(commit, file))
            .filter(Files::isRegularFile);
    if (here.isPresent() && (settings.offline() || RepoCache.isCommit(revision))) {
      return here.get();
    }
    if (settings.offline()) {
      throw new HubException(
          Reason.OFFLINE,
          "%s is not in the cache %s, and HF_HUB_OFFLINE forbids to fetch it"
              .formatted(subject, settings.cache()));
    }
    try {
      return obtain(cache, subject, there -> listener.progress(file, there, there));
    } catch (HubException e) {
      if (here.isPresent() && e.reason() == Reason.UNREACHABLE) {
        return here.get();
      }
      throw e;
    }
  }

  /**
   * The tensors of a planned model, from the headers of its files alone: some kilobytes of what may
   * be gigabytes.
   */
  public List<TensorInfo> tensors(ModelPlan plan) {
    RepoCache cache = new RepoCache(settings, plan.repo());
    List<TensorInfo> tensors = new ArrayList<>();
    for (Part part : plan.files()) {
      if (part.name().endsWith(".safetensors")) {
        Subject subject = new Subject(plan.repo(), plan.commit(), part.name());
        Path here = cache.pointer(plan.commit(), part.name());
        tensors.addAll(
            part.cached()
                ? halfstep.safetensors.SafetensorsFile.open(here).tensors()
                : new RemoteHeader(http, subject).tensors(metadata(cache, subject)));
      }
    }
    return tensors;
  }

  private Path obtain(RepoCache cache, Subject subject, LongConsumer listener) {
    FileMetadata metadata = metadata(cache, subject);
    Path pointer = cache.pointer(metadata.commit(), subject.file());
    cache.prepare(subject.revision(), metadata.commit());
    if (Files.isRegularFile(pointer)) {
      return pointer;
    }
    Etag etag = metadata.etag();
    try (CacheLock lock = CacheLock.acquire(cache.lock(etag), "waiting for " + subject)) {
      if (Files.isRegularFile(pointer)) {
        return pointer; // another one fetched it while we waited
      }
      if (!Files.isRegularFile(cache.blob(etag))) {
        new BlobDownload(http, cache, subject, metadata, () -> metadata(cache, subject), listener)
            .run();
      }
      cache.link(etag, metadata.commit(), subject.file());
      return pointer;
    } catch (ClosedByInterruptException e) {
      throw HubHttp.interrupted(subject);
    } catch (IOException e) {
      throw cache.unusable("written", e);
    }
  }

  private FileMetadata metadata(RepoCache cache, Subject subject) {
    cache.pointer("0".repeat(40), subject.file()); // refuses a path that leads elsewhere
    try {
      return http.metadata(address(subject), subject);
    } catch (HubException e) {
      if (e.reason() == Reason.NOT_FOUND && RepoCache.isCommit(subject.revision())) {
        cache.markAbsent(subject.revision(), subject.file());
      }
      throw e;
    }
  }

  private URI address(Subject subject) {
    return URI.create(
        "%s/%s/resolve/%s/%s"
            .formatted(
                settings.endpoint(),
                subject.repo().path(),
                encoded(subject.revision()),
                String.join(
                    "/", List.of(subject.file().split("/")).stream().map(Hub::encoded).toList())));
  }

  static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

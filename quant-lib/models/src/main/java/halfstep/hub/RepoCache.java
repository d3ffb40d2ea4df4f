package halfstep.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One repository in the cache, as the Python library lays it out: {@code blobs/ETAG}, {@code
 * refs/REVISION} with a commit in it, {@code snapshots/COMMIT/PATH} linking to blobs, {@code
 * .no_exist/COMMIT/PATH} for what is known to be absent.
 */
final class RepoCache {

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final String TAG =
      "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of the Hugging Face hub.\n";

  private final Path cache;
  private final Path repo;
  private final String name;
  private final boolean symlinks;

  RepoCache(HubSettings settings, RepoId id) {
    this.cache = settings.cache();
    this.name = id.folder();
    this.repo = cache.resolve(name);
    this.symlinks = settings.symlinks();
  }

  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  Path snapshot(String commit) {
    return repo.resolve("snapshots").resolve(commit);
  }

  /** Where a file of a snapshot lies or would lie; refuses paths that lead elsewhere. */
  Path pointer(String commit, String file) {
    return inside(snapshot(commit), file);
  }

  Path blob(Etag etag) {
    return repo.resolve("blobs").resolve(etag.value());
  }

  /**
   * What has arrived so far. The middle part is no hexadecimal number, as the Python library's are:
   * it never takes ours for its own, nor we one that it is writing.
   */
  Path incomplete(Etag etag) {
    return repo.resolve("blobs").resolve(etag.value() + ".halfstep.incomplete");
  }

  Path lock(Etag etag) {
    return cache.resolve(".locks").resolve(name).resolve(etag.value() + ".lock");
  }

  boolean contains(String commit, String file) {
    return Files.isRegularFile(pointer(commit, file));
  }

  /** The commit that a revision meant when it was last looked up. */
  Optional<String> commit(String revision) {
    if (isCommit(revision)) {
      return Optional.of(revision);
    }
    Path ref = inside(repo.resolve("refs"), revision);
    try {
      return Files.isRegularFile(ref)
          ? Optional.of(Files.readString(ref).strip()).filter(RepoCache::isCommit)
          : Optional.empty();
    } catch (IOException e) {
      throw unusable("read", e);
    }
  }

  /** Remembers what a revision means, and makes the folders. */
  void prepare(String revision, String commit) {
    try {
      Files.createDirectories(repo.resolve("blobs"));
      Files.createDirectories(snapshot(commit));
      Path tag = cache.resolve("CACHEDIR.TAG");
      if (!Files.exists(tag)) {
        Files.writeString(tag, TAG);
      }
      if (!isCommit(revision) && !commit(revision).equals(Optional.of(commit))) {
        Path ref = inside(repo.resolve("refs"), revision);
        Files.createDirectories(ref.getParent());
        Path fresh = ref.resolveSibling("." + UUID.randomUUID());
        Files.writeString(fresh, commit, StandardCharsets.US_ASCII);
        Files.move(fresh, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw unusable("written", e);
    }
  }

  /** Remembers that a commit has no such file. */
  void markAbsent(String commit, String file) {
    try {
      Path mark = inside(repo.resolve(".no_exist").resolve(commit), file);
      Files.createDirectories(mark.getParent());
      if (!Files.exists(mark)) {
        Files.createFile(mark);
      }
    } catch (FileAlreadyExistsException e) {
      return; // somebody else noticed it at the same moment
    } catch (IOException e) {
      throw unusable("written", e);
    }
  }

  /**
   * Lets a snapshot show a blob: by a relative link, or, where links cannot be made, by moving the
   * blob itself, as the Python library does.
   */
  void link(Etag etag, String commit, String file) {
    Path pointer = pointer(commit, file);
    try {
      Files.createDirectories(pointer.getParent());
      if (symlinks && linked(pointer, blob(etag))) {
        return;
      }
      Files.move(blob(etag), pointer, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unusable("written", e);
    }
  }

  private static boolean linked(Path pointer, Path blob) throws IOException {
    Path target = pointer.resolveSibling("").relativize(blob);
    Path fresh = pointer.resolveSibling("." + UUID.randomUUID());
    try {
      Files.createSymbolicLink(fresh, target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      return false; // Windows without developer mode, or a file system without links
    }
    Files.move(fresh, pointer, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  private static Path inside(Path folder, String file) {
    boolean plain =
        !file.isEmpty()
            && !file.startsWith("/")
            && file.indexOf('\\') < 0
            && file.indexOf('\0') < 0;
    Path path = plain ? resolved(folder, file) : folder;
    if (!path.startsWith(folder) || path.equals(folder)) {
      throw new HubException(
          HubException.Reason.BAD_NAME,
          "\"%s\" leads out of its folder; a name in a repository is a relative path"
              .formatted(file));
    }
    return path;
  }

  private static Path resolved(Path folder, String file) {
    try {
      return folder.resolve(file).normalize();
    } catch (InvalidPathException e) {
      throw new HubException(
          HubException.Reason.BAD_NAME, "no file can be called \"%s\"".formatted(file), e);
    }
  }

  HubException unusable(String what, IOException cause) {
    return new HubException(
        HubException.Reason.CACHE,
        "the cache %s cannot be %s (%s); set HF_HOME to a folder of your own"
            .formatted(cache, what, cause),
        cause);
  }
}

package halfstep.job;

import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Parallel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of the files that a job reads. Hashing takes about as long as reading, so large files are
 * hashed on a thread of their own while their layers are solved: not far ahead of what was read of
 * them, so that whichever comes second finds the bytes in memory.
 */
final class InputHashes implements AutoCloseable {

  /** How far hashing may be ahead of the layers. */
  private static final long AHEAD = 1L << 30;

  private final Map<Path, String> known = new ConcurrentHashMap<>();
  private final @Nullable Thread thread;
  private final List<Path> first = new ArrayList<>();
  private final long later;
  private long allowed = AHEAD;
  private @Nullable RuntimeException failure;

  /**
   * @param small size up to which files are hashed before this returns, on all cores
   */
  InputHashes(List<Path> files, long small) {
    List<Path> large = new ArrayList<>();
    for (Path file : files) {
      (size(file) > small ? large : first).add(file);
    }
    later = large.stream().mapToLong(InputHashes::size).sum();
    Parallel.blocks(first.size(), "hashing the input", file -> hash(first.get((int) file)));
    thread = large.isEmpty() ? null : Parallel.beside(() -> hashPaced(large), "halfstep-hash");
    if (thread != null) {
      thread.start();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private void hash(Path file) {
    known.put(file, Digests.sha256(file));
  }

  private void hashPaced(List<Path> large) {
    try {
      for (Path file : large) {
        known.put(file, Digests.sha256(file, this::await));
      }
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private synchronized void await(long bytes) {
    try {
      while (allowed < bytes) {
        wait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedWork("hashing the input");
    }
    allowed -= bytes;
  }

  /** The files that were hashed before the constructor returned. */
  List<Path> first() {
    return List.copyOf(first);
  }

  /** Bytes of the files that are hashed beside the work. */
  long later() {
    return later;
  }

  /** Lets hashing go on by so many bytes. */
  synchronized void read(long bytes) {
    allowed += bytes;
    notifyAll();
  }

  /** The hash of a file, if it is known by now. */
  Optional<String> of(Path file) {
    return Optional.ofNullable(known.get(file));
  }

  /**
   * Waits until all are known.
   *
   * @throws UncheckedIOException if a file could not be read
   * @throws InterruptedWork if the calling thread is interrupted
   */
  void complete() {
    if (thread == null) {
      return;
    }
    read(Long.MAX_VALUE / 2);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedWork("hashing the input");
    }
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** Stops what is still under way. */
  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}

package halfstep.hub;

import halfstep.tensor.InterruptedWork;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps others from fetching the same file: threads by a lock of this process, processes by one on
 * a file. It saves bandwidth; the cache stays right without it, since content is proved by its hash
 * and moved into place at once. (On Linux Python locks with {@code flock}, which Java's locks do
 * not see; there both fetch, each into a file of its own.)
 */
final class CacheLock implements AutoCloseable {

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(25);

  /** Closing one channel would release the process's locks of all, so there is one at a time. */
  private static final Map<Path, ReentrantLock> OF_THIS_PROCESS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private final FileChannel channel;

  private CacheLock(ReentrantLock thread, FileChannel channel) {
    this.thread = thread;
    this.channel = channel;
  }

  /**
   * Waits until this is the only holder.
   *
   * @param work for the sentence of an interrupt
   * @throws InterruptedWork within 25 ms of an interrupt
   */
  static CacheLock acquire(Path file, String work) throws IOException {
    ReentrantLock thread =
        OF_THIS_PROCESS.computeIfAbsent(
            file.toAbsolutePath().normalize(), path -> new ReentrantLock());
    try {
      thread.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedWork(work);
    }
    FileChannel channel = null;
    try {
      Files.createDirectories(file.getParent());
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      while (lock(channel) == null) {
        Retry.sleep(BETWEEN_TRIES, work);
      }
      return new CacheLock(thread, channel);
    } catch (ClosedByInterruptException e) {
      thread.unlock();
      throw new InterruptedWork(work);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      thread.unlock();
      throw e;
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // a copy of this class from another class loader holds it
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      thread.unlock();
    }
  }
}

package halfstep.spark;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder that the driver and all executors see, on whatever file system Hadoop knows. Files get
 * their names when they are whole, and end in a CRC-32C of what is before it. Two tasks that write
 * the same file write the same bytes: it does not matter whose stays.
 */
final class SharedFolder {

  private static final int BUFFER = 1 << 16;

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(5);

  private final Path folder;
  private final FileSystem files;

  /** Makes the folder, which a process that is told to end takes with it. */
  static SharedFolder made(String uri, Configuration settings) {
    SharedFolder shared = new SharedFolder(uri, settings);
    try {
      shared.files.mkdirs(shared.folder);
      shared.files.deleteOnExit(shared.folder);
    } catch (IOException e) {
      throw new UncheckedIOException(shared + " cannot be made", e);
    }
    return shared;
  }

  /**
   * @param uri of a folder that is there
   */
  SharedFolder(String uri, Configuration settings) {
    this.folder = new Path(uri);
    try {
      FileSystem found = folder.getFileSystem(settings);
      // Hadoop's own layer on local files adds .crc files and makes folders that are gone
      this.files = found instanceof LocalFileSystem local ? local.getRaw() : found;
    } catch (IOException e) {
      throw new UncheckedIOException("%s is no file system here".formatted(uri), e);
    }
  }

  /** Reads or writes, and may fail. */
  interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  /** Reads, and may fail. */
  interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  private Path file(String name) {
    return new Path(folder, name);
  }

  /** Whether a file of this name is there; then it is whole. */
  boolean has(String name) {
    try {
      return files.exists(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(file(name) + " cannot be looked for", e);
    }
  }

  /** Writes a file, unless another task was faster. */
  void write(String name, Writing content) {
    Path whole = file(name);
    Path partial = file(".%s.%s".formatted(name, UUID.randomUUID()));
    try {
      CRC32C sum = new CRC32C();
      try (DataOutputStream raw =
          new DataOutputStream(new BufferedOutputStream(created(partial), BUFFER))) {
        DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, sum));
        content.to(out);
        out.flush();
        raw.writeLong(sum.getValue());
      }
      if (!files.rename(partial, whole)) {
        files.delete(partial, false);
        if (!files.exists(whole)) {
          throw new IOException("renaming " + partial + " did nothing");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(whole + " cannot be written", e);
    }
  }

  /** Makes a file, but not its folder: a task that outlives its job must not make that anew. */
  private OutputStream created(Path file) throws IOException {
    return files.createFile(file).overwrite(true).bufferSize(BUFFER).build();
  }

  /**
   * Reads a file to its end.
   *
   * @throws UncheckedIOException if it is not there, or not as it was written
   */
  <T> T read(String name, Reading<T> content) {
    CRC32C sum = new CRC32C();
    try (DataInputStream raw =
        new DataInputStream(new BufferedInputStream(files.open(file(name)), BUFFER))) {
      T value = content.from(new DataInputStream(new CheckedInputStream(raw, sum)));
      long found = sum.getValue();
      if (raw.readLong() != found) {
        throw new IOException("its checksum is another than its bytes'");
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(file(name) + " cannot be read", e);
    }
  }

  void delete(String name) {
    try {
      files.delete(file(name), false);
    } catch (IOException e) {
      throw new UncheckedIOException(file(name) + " cannot be removed", e);
    }
  }

  /**
   * Removes the folder and all that is in it, also while tasks that were told to end still write.
   *
   * @throws UncheckedIOException if they go on for ten seconds
   */
  void delete() {
    long end = System.nanoTime() + PATIENCE;
    try {
      while (!files.delete(folder, true) && files.exists(folder)) {
        if (System.nanoTime() > end) {
          throw new IOException("something in it stays, or is written again and again");
        }
        LockSupport.parkNanos(RETRY);
      }
      files.cancelDeleteOnExit(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be removed", e);
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}

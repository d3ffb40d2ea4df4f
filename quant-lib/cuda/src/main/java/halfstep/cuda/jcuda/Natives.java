package halfstep.cuda.jcuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/**
 * JCuda's native libraries, laid out of its jar into a folder that only this user can write. JCuda
 * itself would take them from the shared temporary folder, under a name that anybody can guess and
 * fill first.
 */
final class Natives {

  private static final String TEMPORARY = "java.io.tmpdir";
  private static final List<String> NAMES = List.of("JCudaRuntime", "JCudaDriver");

  private Natives() {}

  /** A library's name with the version and the platform in it. */
  private static String libraryName(String name) {
    return LibUtils.createPlatformLibraryName(name + "-" + JCudaVersion.get());
  }

  private static String fileName(String name) {
    return LibUtils.createLibraryFileName(libraryName(name));
  }

  /** Why there are no natives for this platform; empty if there are. */
  static Optional<String> obstacle() {
    return Natives.class.getResource("/lib/" + fileName(NAMES.getFirst())) == null
        ? Optional.of(
            "JCuda has no natives for %s on %s here (there are some for Linux and Windows on x86-64)"
                .formatted(System.getProperty("os.name"), System.getProperty("os.arch")))
        : Optional.empty();
  }

  /**
   * Runs what loads JCuda's libraries, so that it finds them in a folder of ours.
   *
   * @param loading touches a class of JCuda for the first time
   */
  static synchronized void load(Runnable loading) {
    Path folder = folder();
    NAMES.forEach(name -> layOut(fileName(name), folder));
    // the one place where JCuda looks, read at that moment; the JDK read its own at the start
    String usual = System.getProperty(TEMPORARY);
    System.setProperty(TEMPORARY, folder.toString());
    try {
      loading.run();
    } finally {
      System.setProperty(TEMPORARY, usual);
    }
  }

  private static Path folder() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    try {
      return secured(
          Files.createDirectories(base.resolve("halfstep").resolve("jcuda-" + JCudaVersion.get())));
    } catch (IOException homeless) {
      return fresh(homeless);
    }
  }

  /** Without a home that can be written, a folder for this run alone. */
  private static Path fresh(IOException homeless) {
    try {
      return Files.createTempDirectory("halfstep-jcuda");
    } catch (IOException e) {
      e.addSuppressed(homeless);
      throw new UncheckedIOException("no folder for JCuda's libraries can be written", e);
    }
  }

  private static Path secured(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Set<PosixFilePermission> own = PosixFilePermissions.fromString("rwx------");
      Files.setPosixFilePermissions(folder, own); // refused if the folder is another user's
    }
    return folder;
  }

  /** Whole or not at all: another process may load the same file at this moment. */
  private static void layOut(String file, Path folder) {
    Path there = folder.resolve(file);
    try (InputStream in = Natives.class.getResourceAsStream("/lib/" + file)) {
      if (in == null || Files.exists(there)) {
        return;
      }
      Path part = Files.createTempFile(folder, "part", null);
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, there, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(there + " cannot be written", e);
    }
  }
}

package halfstep.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder that appears when it is complete. Until then its files lie beside it in {@code
 * .NAME.partial-…}, which a failed or interrupted job removes and a killed one leaves under that
 * name.
 */
public final class OutputFolder implements AutoCloseable {

  private final Path target;
  private final Path partial;

  private OutputFolder(Path target, Path partial) {
    this.target = target;
    this.partial = partial;
  }

  /**
   * @throws JobException if something lies at {@code target} already
   */
  public static OutputFolder create(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    requireFree(target, absolute);
    String suffix = "%d-%x".formatted(ProcessHandle.current().pid(), System.nanoTime());
    Path partial =
        absolute.resolveSibling(".%s.partial-%s".formatted(absolute.getFileName(), suffix));
    try {
      Files.createDirectories(partial);
    } catch (IOException e) {
      throw new UncheckedIOException("output folder " + target + " cannot be made", e);
    }
    return new OutputFolder(absolute, partial);
  }

  private static void requireFree(Path target, Path absolute) {
    boolean folder = Files.isDirectory(absolute);
    if (folder ? !entries(absolute).isEmpty() : Files.exists(absolute)) {
      throw new JobException(
          "output folder %s %s; choose another or remove it"
              .formatted(target, folder ? "is not empty" : "is a file"));
    }
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read", e);
    }
  }

  /** A file in the folder to be. */
  public Path resolve(String name) {
    return partial.resolve(name);
  }

  /** Gives the folder its name. */
  public void finish() {
    try {
      Files.deleteIfExists(target);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("output folder " + target + " cannot be finished", e);
    }
  }

  /** Removes what was not finished. */
  @Override
  public void close() {
    if (!Files.exists(partial)) {
      return;
    }
    try (Stream<Path> all = Files.walk(partial)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(partial + " cannot be removed", e);
    }
  }
}

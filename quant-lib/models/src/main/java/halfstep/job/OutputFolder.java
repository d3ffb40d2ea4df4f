package halfstep.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder that appears when it is complete. Until then its files lie beside it in {@code
 * .NAME.partial-…}, which a failed or interrupted job removes, and the next job for that folder
 * where a killed one left it; or, where they are to be gone on with, in {@code .NAME.partial}.
 */
public final class OutputFolder implements AutoCloseable {

  private final Path target;
  private final Path partial;
  private boolean kept;

  private OutputFolder(Path target, Path partial, boolean kept) {
    this.target = target;
    this.partial = partial;
    this.kept = kept;
  }

  /**
   * Makes a folder to be, and removes what processes that are gone left of it.
   *
   * @throws JobException if something lies at {@code target} already
   */
  public static OutputFolder create(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    requireFree(target, absolute);
    removeLeft(absolute);
    Path partial =
        absolute.resolveSibling(".%s.partial-%s".formatted(absolute.getFileName(), ofProcess()));
    return made(target, new OutputFolder(absolute, partial, false));
  }

  /**
   * A folder whose files survive {@link #close}; what an earlier one of this kind left is in it.
   *
   * @throws JobException if something lies at {@code target} already
   */
  static OutputFolder keeping(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    requireFree(target, absolute);
    return made(target, new OutputFolder(absolute, kept(target), true));
  }

  /** Where {@link #keeping} keeps its files until the folder at {@code target} is complete. */
  public static Path kept(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    return absolute.resolveSibling(".%s.partial".formatted(absolute.getFileName()));
  }

  private static OutputFolder made(Path target, OutputFolder folder) {
    try {
      Files.createDirectories(folder.partial);
    } catch (IOException e) {
      throw new UncheckedIOException("output folder " + target + " cannot be made", e);
    }
    return folder;
  }

  /**
   * Refuses a folder that holds something, before the work that would fill it.
   *
   * @throws JobException telling what lies there
   */
  public static void requireFree(Path target) {
    requireFree(target, target.toAbsolutePath().normalize());
  }

  private static void requireFree(Path target, Path absolute) {
    boolean folder = Files.isDirectory(absolute);
    if (folder ? !entries(absolute).isEmpty() : Files.exists(absolute)) {
      throw new JobException(
          "output folder %s %s; choose another or remove it"
              .formatted(target, folder ? "is not empty" : "is a file"));
    }
  }

  /** The end of a hidden name that is removed once this process is gone. */
  public static String ofProcess() {
    return "%d-%x".formatted(ProcessHandle.current().pid(), System.nanoTime());
  }

  /** Removes hidden folders of a target whose names say that they are a process's that is gone. */
  private static void removeLeft(Path absolute) {
    Path parent = absolute.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return;
    }
    Pattern left =
        Pattern.compile(
            "\\.+%s\\.(?:partial|run)-(\\d{1,18})-[0-9a-f]+(?:\\.partial-.*)?"
                .formatted(Pattern.quote(absolute.getFileName().toString())));
    for (Path entry : entries(parent)) {
      Matcher name = left.matcher(entry.getFileName().toString());
      if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
        remove(entry);
      }
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

  /** Lets {@link #close} remove what was to be kept: there is nothing in it to go on with. */
  void abandon() {
    kept = false;
  }

  /** Removes what was not finished, unless it is to be kept. */
  @Override
  public void close() {
    if (!kept) {
      remove(partial);
    }
  }

  /** Removes a folder and all in it, if it is there. */
  public static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be removed", e);
    }
  }
}

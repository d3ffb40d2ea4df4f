package halfstep.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How input files looked before the job hashed them. A file that looks otherwise later was written
 * to meanwhile: its hash says nothing of what was read.
 */
final class InputStamps {

  private record Stamp(long bytes, FileTime time) {}

  private final Map<Path, Stamp> stamps = new LinkedHashMap<>();

  InputStamps(List<Path> files) {
    files.forEach(file -> stamps.put(file, of(file)));
  }

  private static Stamp of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(now.size(), now.lastModifiedTime());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /**
   * Refuses a file that is not what it was.
   *
   * @throws JobException telling how it differs
   */
  void require(Path file) {
    Stamp before = Objects.requireNonNull(stamps.get(file));
    Stamp now = of(file);
    if (!now.equals(before)) {
      throw new JobException(
          "%s changed while the job ran: %s, now %s; put the old file back"
              .formatted(file, label(before), label(now)));
    }
  }

  private static String label(Stamp stamp) {
    return "%d bytes of %s".formatted(stamp.bytes(), stamp.time());
  }
}

package halfstep.hub;

import halfstep.hub.ModelPlan.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A model's files in a snapshot's folder. */
final class CachedParts {

  private CachedParts() {}

  /**
   * @throws HubException if one of them is missing
   */
  static List<Part> of(Subject subject, Path snapshot) {
    try (Stream<Path> entries = Files.list(snapshot)) {
      List<String> names =
          entries.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
      Collection<String> shards =
          ModelFiles.needIndex(names)
              ? ModelFiles.shards(snapshot.resolve(ModelFiles.INDEX))
              : Set.of();
      return ModelFiles.choose(subject, names, shards).stream()
          .map(name -> new Part(name, size(snapshot.resolve(name)), true))
          .toList();
    } catch (IOException e) {
      throw unreadable(snapshot, e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static HubException unreadable(Path path, IOException cause) {
    return new HubException(HubException.Reason.CACHE, "%s cannot be read".formatted(path), cause);
  }
}

package halfstep.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What it takes to have a model here: shown before anything large is fetched.
 *
 * @param repo the repository
 * @param revision that was asked for: a branch, tag or commit
 * @param commit that the revision means
 * @param files what makes the model, configuration first, weights last
 * @param note why the hub was not asked, if it was not
 */
public record ModelPlan(
    RepoId repo, String revision, String commit, List<Part> files, Optional<String> note) {

  /**
   * A file of the model.
   *
   * @param name in the repository
   * @param size bytes
   * @param cached whether it is here already
   */
  public record Part(String name, long size, boolean cached) {}

  /** Takes a copy of the list. */
  public ModelPlan {
    files = List.copyOf(files);
  }

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(Part::size).sum();
  }

  /** Bytes that are still to be fetched. */
  public long missingBytes() {
    return missing().stream().mapToLong(Part::size).sum();
  }

  /** Files that are still to be fetched. */
  public List<Part> missing() {
    return files.stream().filter(part -> !part.cached()).toList();
  }

  /** The plan as lines: a headline, then a line for each file that is to be fetched. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        missing().isEmpty()
            ? "%s at %.8s: %d files, %s, all in the cache"
                .formatted(repo, commit, files.size(), Bytes.text(bytes()))
            : "%s at %.8s: %d of %d files to fetch, %s of %s"
                .formatted(
                    repo,
                    commit,
                    missing().size(),
                    files.size(),
                    Bytes.text(missingBytes()),
                    Bytes.text(bytes())));
    for (Part part : missing()) {
      lines.add("  %-36s %9s".formatted(part.name(), Bytes.text(part.size())));
    }
    note.ifPresent(lines::add);
    return lines;
  }

  @Override
  public String toString() {
    return String.join(System.lineSeparator(), lines());
  }
}

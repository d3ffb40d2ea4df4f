package halfstep.fuzz;

import halfstep.hub.HubTargets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All targets. */
public final class Targets {

  private Targets() {}

  /**
   * Makes them.
   *
   * @param folder an empty one for their files, best in memory
   */
  public static List<FuzzTarget> in(Path folder) {
    try {
      CheckpointTargets checkpoints = new CheckpointTargets(folder);
      List<FuzzTarget> all = new ArrayList<>();
      all.addAll(new FileTargets(folder, checkpoints.dense()).all());
      all.addAll(checkpoints.all());
      all.addAll(HubTargets.in(folder));
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of them. */
  public static FuzzTarget named(String name, Path folder) {
    List<FuzzTarget> all = in(folder);
    return all.stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no target %s; there are %s"
                    .formatted(name, all.stream().map(FuzzTarget::name).toList())));
  }
}

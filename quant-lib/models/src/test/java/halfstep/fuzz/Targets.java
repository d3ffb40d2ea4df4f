package halfstep.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The targets of all modules whose tests are on the class path. */
public final class Targets {

  private Targets() {}

  /**
   * The one of a name.
   *
   * @param folder an empty one for its files, best in memory
   */
  public static FuzzTarget named(String name, Path folder) throws IOException {
    List<String> others = new ArrayList<>();
    for (TargetSource source : ServiceLoader.load(TargetSource.class)) {
      for (FuzzTarget target : source.in(folder)) {
        if (target.name().equals(name)) {
          return target;
        }
        others.add(target.name());
      }
    }
    throw new IllegalArgumentException(
        "there is no target %s; there are %s".formatted(name, others));
  }
}

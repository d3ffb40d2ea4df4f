package halfstep.backend;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The twins of a kernel that can run in this JVM. */
public final class Twins {

  private Twins() {}

  /**
   * The plain loops, and every backend's twin.
   *
   * @param type the kernel's interface
   */
  public static <K> List<K> of(Class<K> type, K plain) {
    return Stream.concat(
            Stream.of(plain),
            Backends.available().stream().map(b -> b.kernel(type)).flatMap(Optional::stream))
        .toList();
  }
}

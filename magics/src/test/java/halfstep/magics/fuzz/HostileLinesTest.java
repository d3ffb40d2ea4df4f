package halfstep.magics.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.fuzz.FuzzTarget;
import halfstep.fuzz.ShortRun;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short, always equal run of what {@code bench/fuzz/run.sh} does at length with the kernel's
 * targets: see docs/reliability.md. What that found lies among the resources and is tried again.
 */
class HostileLinesTest {

  private static final int RUNS = 300;

  /** JShell is asked several things about each of these. */
  private static final int RUNS_WITH_JSHELL = 30;

  private static final Map<String, FuzzTarget> TARGETS = new LinkedHashMap<>();

  @TempDir static Path folder = Path.of("");

  @BeforeAll
  static void targets() throws IOException {
    TARGETS.clear();
    new KernelTargets().in(folder).forEach(target -> TARGETS.put(target.name(), target));
  }

  static List<String> names() {
    return List.copyOf(TARGETS.keySet());
  }

  private static FuzzTarget target(String name) {
    return Objects.requireNonNull(TARGETS.get(name), name);
  }

  /** Valid inputs are read: a target that refuses everything would find nothing. */
  @ParameterizedTest
  @MethodSource("names")
  void someSeedIsRead(String name) {
    List<String> outcomes = ShortRun.seeds(target(name));
    assertEquals("read", outcomes.getFirst(), outcomes::toString);
  }

  @ParameterizedTest
  @MethodSource("names")
  void changedInputsAreReadOrRefused(String name) {
    ShortRun.changed(target(name), name.equals("cell-source") ? RUNS_WITH_JSHELL : RUNS);
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatWasFoundStaysFixed(String name) throws IOException, URISyntaxException {
    ShortRun.finds(target(name), HostileLinesTest.class);
  }
}

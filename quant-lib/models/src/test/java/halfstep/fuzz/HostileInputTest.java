package halfstep.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.Matrix;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short, always equal run of what {@code bench/fuzz/run.sh} does at length: see
 * docs/reliability.md. What that found lies among the resources and is tried again.
 */
class HostileInputTest {

  private static final int RUNS = 500;

  /** Each of these is some requests to a server. */
  private static final int RUNS_ON_THE_WIRE = 80;

  private static final Map<String, FuzzTarget> TARGETS = new LinkedHashMap<>();

  @TempDir static Path folder = Path.of("");

  @BeforeAll
  static void targets() throws IOException {
    TARGETS.clear();
    new ReaderTargets().in(folder).forEach(target -> TARGETS.put(target.name(), target));
  }

  static List<String> names() {
    return List.copyOf(TARGETS.keySet());
  }

  private static FuzzTarget target(String name) {
    return java.util.Objects.requireNonNull(TARGETS.get(name), name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void changedInputsAreReadOrRefused(String name) {
    ShortRun.changed(target(name), name.equals("hub-answers") ? RUNS_ON_THE_WIRE : RUNS);
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatWasFoundStaysFixed(String name) throws IOException, URISyntaxException {
    ShortRun.finds(target(name), HostileInputTest.class);
  }

  /** Valid inputs are read: a target that refuses everything would find nothing. */
  @ParameterizedTest
  @MethodSource("names")
  void someSeedIsRead(String name) {
    List<String> outcomes = ShortRun.seeds(target(name));
    assertEquals("read", outcomes.getFirst(), outcomes::toString);
  }

  @Test
  void theGuardNotices() {
    assertTrue(found(input -> throwing(new IllegalStateException("a stray one, with a text"))));
    assertTrue(found(input -> throwing(new halfstep.llm.ModelException("too short"))));
    assertTrue(found(input -> deep(input, 0)));
    assertTrue(found(input -> assertEquals(0, Matrix.zeros(1, 20 << 20).at(5))));
    assertTrue(found(input -> assertTrue(new byte[80 << 20].length > 0)));
    assertTrue(found(input -> spin()));
    assertFalse(found(input -> assertEquals(0, Matrix.zeros(1, 1 << 20).at(5))));
    assertFalse(
        found(input -> throwing(new halfstep.llm.ModelException("a refusal that says enough"))));
  }

  private static boolean found(FolderTarget.Reader reader) {
    Guard guard =
        new Guard(new FolderTarget("test", folder, List.of("x"), List.of(), reader::read));
    try {
      guard.check(new byte[10]);
      return false;
    } catch (Finding finding) {
      return true;
    }
  }

  private static void throwing(RuntimeException e) {
    throw e;
  }

  private static int deep(Path path, int depth) {
    return depth < 0 ? depth : depth + deep(path, depth + 1);
  }

  private static void spin() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    while (threads.getCurrentThreadCpuTime() - start < 1_200_000_000L) {
      Thread.onSpinWait();
    }
  }

  @Test
  void partsAreWhatWasJoined() {
    List<byte[]> parts = List.of(new byte[] {1, 2}, new byte[0], new byte[] {3});
    List<byte[]> split = Parts.split(Parts.joined(parts), 3);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(parts.get(i), split.get(i));
    }
    assertEquals(2, Parts.split(new byte[] {-1, -1, -1, -1, 7}, 2).size());
    assertThrows(
        IllegalArgumentException.class, () -> Targets.named("nothing", folder.resolve("other")));
  }
}

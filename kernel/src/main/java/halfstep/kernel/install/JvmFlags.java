package halfstep.kernel.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * What every kernel's JVM is given. It stands in a file of its own, because the wheel's start,
 * which is Python, gives the same.
 */
final class JvmFlags {

  private static final String FILE = "jvm-flags.txt";
  private static final String LINUX = "Linux:";

  private JvmFlags() {}

  /**
   * The flags for a system.
   *
   * @param system as {@code os.name} says it
   */
  static List<String> on(String system) {
    return text()
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .flatMap(line -> line.startsWith(LINUX) ? linux(line, system) : Stream.of(line))
        .toList();
  }

  private static Stream<String> linux(String line, String system) {
    return system.equals("Linux")
        ? Stream.of(line.substring(LINUX.length()).strip())
        : Stream.empty();
  }

  private static String text() {
    try (InputStream file = JvmFlags.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException("the kernel's jar lacks " + FILE);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the kernel's jar does not give " + FILE, e);
    }
  }
}

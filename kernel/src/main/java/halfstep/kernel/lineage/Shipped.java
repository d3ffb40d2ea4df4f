package halfstep.kernel.lineage;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The jars that the kernel itself runs on; their classes win over those of added jars. */
final class Shipped {

  private static final Map<String, String> FILES =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> entry.endsWith(".jar"))
          .map(entry -> Path.of(entry).getFileName().toString())
          .collect(Collectors.toMap(Shipped::artifact, file -> file, (one, _) -> one));

  private Shipped() {}

  /** The file by which the kernel has the library of {@code jar} already; null if it has not. */
  static @Nullable String versionOf(Path jar) {
    return FILES.get(artifact(jar.getFileName().toString()));
  }

  private static String artifact(String file) {
    return file.replaceFirst("-\\d[\\w.-]*\\.jar$", "");
  }
}

package halfstep.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Loads Hugging Face's own tokenizer library, which lies in a jar. It is unpacked once into a
 * folder of the user's own: {@code $XDG_CACHE_HOME/halfstep/natives}, else {@code
 * ~/.cache/halfstep/natives} ({@code ENGINE_CACHE_DIR} overrides). Nothing is fetched and nothing
 * is reported to anyone.
 */
final class NativeTokenizer {

  private static final Map<String, String> AS_IT_IS =
      Map.of("truncation", "DO_NOT_TRUNCATE", "padding", "DO_NOT_PAD", "addSpecialTokens", "true");

  static {
    settle("ai.djl.offline", "true");
    settle("OPT_OUT_TRACKING", "true");
    if (System.getenv("ENGINE_CACHE_DIR") == null) {
      settle("ENGINE_CACHE_DIR", privateFolder().toString());
    }
  }

  private NativeTokenizer() {}

  /**
   * @param json content of a {@code tokenizer.json}
   * @return a tokenizer that neither truncates nor pads; the caller closes it
   */
  static HuggingFaceTokenizer load(byte[] json) throws IOException {
    return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_IT_IS);
  }

  private static void settle(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** A library that others could write to could be exchanged, so only the user may. */
  private static Path privateFolder() {
    String configured = System.getenv("XDG_CACHE_HOME");
    Path base =
        configured == null || configured.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(configured);
    Path folder = base.resolve("halfstep").resolve("natives");
    try {
      Files.createDirectories(base);
      if (base.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(folder);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the tokenizer's library cannot be unpacked into %s; set XDG_CACHE_HOME to a folder of your own"
              .formatted(folder),
          e);
    }
  }
}
